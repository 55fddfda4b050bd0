/** All detectors over one situation. */
import { servingWithoutConsent, blockedGaps } from './obstacles.ts'
import { stalePledges, staleCapacityFigures, undeclaredCaveats } from './data-quality.ts'
import { byText, type Finding } from './finding.ts'
import { gaps, rotationCliffs } from './gaps.ts'
import { concentration, dependence, overBurdened, underContributing } from './imbalance.ts'
import { aboveCeiling, budgetNotCoveredByCash, genderTargetsMissed, mandateEndsUnderCommitment } from './limits.ts'
import { duplicatePledges, moneyForKitInKind, overSubscribed, overlappingCommitments, surplusCapability } from './redundancy.ts'
import type { Situation } from './situation.ts'
import { sensitivePresences } from './warnings.ts'

const detectors: ReadonlyArray<(situation: Situation) => ReadonlyArray<Finding>> = [
  overBurdened,
  underContributing,
  concentration,
  dependence,
  overSubscribed,
  duplicatePledges,
  overlappingCommitments,
  surplusCapability,
  moneyForKitInKind,
  gaps,
  rotationCliffs,
  blockedGaps,
  servingWithoutConsent,
  aboveCeiling,
  mandateEndsUnderCommitment,
  budgetNotCoveredByCash,
  genderTargetsMissed,
  stalePledges,
  undeclaredCaveats,
  staleCapacityFigures,
  sensitivePresences,
]

/** Every finding of a situation, one per flag id, sorted by id; the same for the same situation. */
export const detect = (situation: Situation): ReadonlyArray<Finding> =>
  detectors.flatMap((detector) => detector(situation)).toSorted((a, b) => byText(a.flag, b.flag))
