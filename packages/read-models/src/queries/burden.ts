/** Burden by contributor and dimension in a month, against a fair share under any published method. See carried.ts for what counts. */
import { assessedFigures, capacities, type Bearer, type CapacityFigure } from '@muster/burden/capacity'
import { measures } from '@muster/burden/measures'
import { compositeBurden, relativeBurden, type Load } from '@muster/burden/relative-burden'
import type { BurdenMethod, CapacityKey, PolicyTerms } from '@muster/contracts/contributors'
import { Dimension } from '@muster/contracts/primitives'
import { daysIn, type Day, type Month } from '@muster/kernel/time'
import type { ReadModels } from '../read-models.ts'
import type { PolicyRow, ScaleRow } from '../tables/ground.ts'
import { EVERYTHING, type Visibility } from '../visibility.ts'
import type { BurdenAnswer } from './answers.ts'
import { groupBy, type AsOf } from './as-of.ts'
import { carriedIn, type Carried } from './carried.ts'
import { liveCommitments } from './coverage-inputs.ts'
import { allContributors, allScales, capacityFiguresOf, policyOn } from './ground.ts'
import { partiesOf } from './parties.ts'

/** Without an adopted policy every dimension is measured after the scale of assessments and weighs the same. */
const NO_POLICY: Pick<PolicyTerms, 'keys' | 'weights'> = {
  keys: { personnel: 'assessed-scale', equipment: 'assessed-scale', funding: 'assessed-scale' },
  weights: { personnel: 1, equipment: 1, funding: 1 },
}

const isFigure = (method: BurdenMethod): method is CapacityKey =>
  method !== 'policy' && method !== 'equal' && method !== 'regional'

/** Figures that a method looks at in these dimensions. */
const figuresFor = (
  method: BurdenMethod,
  keys: PolicyTerms['keys'],
  dimensions: ReadonlyArray<Dimension>,
): ReadonlyArray<CapacityKey> =>
  [...new Set(method === 'policy' ? dimensions.map((dimension) => keys[dimension]) : [method])].filter(isFigure)

export interface BearerRow extends Bearer {
  readonly isState: boolean
}

/** Everyone who could carry, with the figures of these keys. */
export const bearersOf = async (
  readModels: ReadModels,
  { asOf, keys, scales }: AsOf & { readonly keys: ReadonlyArray<CapacityKey>; readonly scales: ReadonlyArray<ScaleRow> },
): Promise<ReadonlyArray<BearerRow>> => {
  const figures = groupBy(await capacityFiguresOf(readModels, { asOf, keys }), ({ contributor }) => contributor)
  const assessed = groupBy(
    scales.flatMap((scale) => assessedFigures({ from: scale.from, rates: [...scale.rates] })),
    ({ contributor }) => contributor,
  )
  return (await allContributors(readModels, { asOf })).map(({ id, kind, region }) => ({
    contributor: id,
    isState: kind === 'state',
    region: region ?? undefined,
    figures: [
      ...(figures.get(id) ?? []).map(({ figure, year, value }): CapacityFigure => ({ key: figure, year, value })),
      ...(assessed.get(id) ?? []).map(({ figure }) => figure),
    ],
  }))
}

export interface BurdenQuestion extends AsOf {
  readonly dimension: Dimension | 'composite'
  readonly method: BurdenMethod
  /** Month of the counts. */
  readonly month: Month
  /** Day on which commitments, money and policy are looked at; the month's last unless given. */
  readonly day?: Day
  /** Of which commitments it is made; of all of them unless given. */
  readonly visibility?: Visibility
}

type LoadQuestion = Omit<BurdenQuestion, 'dimension'>

interface DimensionLoads {
  readonly loads: ReadonlyArray<Load>
  readonly unit: Carried['unit']
}
export interface Loads {
  readonly of: Readonly<Partial<Record<Dimension, DimensionLoads>>>
  readonly policy: PolicyRow | undefined
  readonly weights: PolicyTerms['weights']
}

/** Loads in a month under a method, over all states and whoever else carries something; of the dimensions asked for. */
export const loadsIn = async (
  readModels: ReadModels,
  { asOf, method, month, day = `${month}-${daysIn(month)}`, visibility = EVERYTHING }: LoadQuestion,
  dimensions: ReadonlyArray<Dimension> = Dimension.options,
): Promise<Loads> => {
  const policy = await policyOn(readModels, { asOf, day })
  const { keys, weights } = policy?.terms ?? NO_POLICY
  const scales = await allScales(readModels, { asOf })
  const commitments = await liveCommitments(readModels, { asOf, visibility })
  const deployed = commitments.filter((each) => each.deployments.length > 0 || each.payments.length > 0)
  const parties = await partiesOf(readModels, { asOf, pledges: deployed.map(({ pledge }) => pledge) })
  const bearers = await bearersOf(readModels, { asOf, keys: figuresFor(method, keys, dimensions), scales })
  const of: Partial<Record<Dimension, DimensionLoads>> = {}
  for (const dimension of dimensions) {
    const { own, unit } = await carriedIn(readModels, dimension, { asOf, month, day, scales, deployed, parties })
    const present = bearers.filter(({ contributor, isState }) => isState || own.has(contributor))
    const loads = capacities(present, { method, dimension, keys, year: Number(month.slice(0, 4)) }).map((each) => ({
      ...each,
      own: own.get(each.contributor) ?? 0n,
    }))
    of[dimension] = { loads, unit }
  }
  return { of, policy, weights }
}

const compositeAnswer = ({ of, weights }: Loads): Pick<BurdenAnswer, 'unit' | 'rows' | 'measures'> => {
  const loads = Object.fromEntries(Object.entries(of).map(([dimension, each]) => [dimension, each.loads]))
  const rows = compositeBurden(loads, weights)
  return {
    unit: 'percent',
    rows: rows.map(({ contributor, ownPercent, fairPercent, rho }) => ({
      contributor,
      own: ownPercent,
      capacity: fairPercent,
      fairShare: fairPercent,
      rho,
    })),
    // Six decimals of a per cent as whole numbers: the measures look at proportions only.
    measures: measures(
      rows.map(({ contributor, ownPercent, fairPercent }) => ({
        contributor,
        own: BigInt(Math.round(ownPercent * 1e6)),
        capacity: BigInt(Math.round(fairPercent * 1e6)),
      })),
    ),
  }
}

/** Own burden, capacity, fair share and ρ of every contributor, with the measures of the whole distribution. */
export const burdenIn = async (readModels: ReadModels, question: BurdenQuestion): Promise<BurdenAnswer> => {
  const { dimension, method, month } = question
  const found = await loadsIn(readModels, question, dimension === 'composite' ? Dimension.options : [dimension])
  const common = { dimension, method, month, policy: found.policy?.id ?? null }
  const single = dimension === 'composite' ? undefined : found.of[dimension]
  if (single === undefined) return { ...common, ...compositeAnswer(found) }
  return {
    ...common,
    unit: single.unit,
    rows: relativeBurden(single.loads).map(({ contributor, own, capacity, fairShare, rho }) => ({
      contributor,
      own: Number(own),
      capacity: Number(capacity),
      fairShare,
      rho,
    })),
    measures: measures(single.loads),
  }
}
