/** Who carries too much or too little, and what rests on too few. */
import { composition, type Composition } from '@muster/burden/composition'
import { compare, fraction, plus, rounded, total, type Fraction } from '@muster/burden/exact'
import { compositeBurden, relativeBurden, type Load } from '@muster/burden/relative-burden'
import { Dimension } from '@muster/contracts/primitives'
import { finding, grouped, listText, numberText, percentText, sum, type Finding } from './finding.ts'
import { isFirm, latestReports, uniformed } from './persons.ts'
import type { CommitmentFacts, Situation } from './situation.ts'

// ── Burden ───────────────────────────────────────────────────────────────────────────────────────────────────
/** Missing this part of a whole burden is material where the policy does not say. */
const MATERIAL_PERMILLE = 10

interface Position {
  readonly dimension: string
  readonly contributor: string
  readonly rho: Fraction
  /** Part of the whole that it carries, and that would be fair. */
  readonly carried: Fraction
  readonly fair: Fraction
  /** What ρ is computed from; whole numbers as text. */
  readonly from: Readonly<Record<string, unknown>>
}

/** One contributor in one dimension: ρ = (own ÷ total) ÷ (capacity ÷ capacityTotal). */
const figuresOf = (rows: ReadonlyArray<Load>, { own, capacity }: Pick<Load, 'own' | 'capacity'>) => ({
  own: own.toString(),
  total: total(rows.map((row) => row.own)).toString(),
  capacity: capacity.toString(),
  capacityTotal: total(rows.map((row) => row.capacity)).toString(),
})

/** Positions per dimension in which anything is carried; the composite only where it says more than a single dimension. */
const positions = ({ loads, terms }: Situation): ReadonlyArray<Position> => {
  const carried = Dimension.options.filter((dimension) => total((loads[dimension] ?? []).map(({ own }) => own)) > 0n)
  const single = carried.flatMap((dimension) => {
    const rows = loads[dimension] ?? []
    const own = total(rows.map((row) => row.own))
    const capacity = total(rows.map((row) => row.capacity))
    return relativeBurden(rows).flatMap((row): ReadonlyArray<Position> =>
      row.exact === null
        ? []
        : [
            {
              dimension,
              contributor: row.contributor,
              rho: row.exact,
              carried: fraction(row.own, own),
              fair: fraction(row.capacity, capacity),
              from: figuresOf(rows, row),
            },
          ],
    )
  })
  if (carried.length < 2) return single
  const partIn = (dimension: Dimension, contributor: string) => {
    const rows = loads[dimension] ?? []
    const row = rows.find((load) => load.contributor === contributor)
    return row === undefined ? [] : [{ dimension, weight: terms.weights[dimension], ...figuresOf(rows, row) }]
  }
  const composite = compositeBurden(loads, terms.weights).flatMap((row): ReadonlyArray<Position> =>
    row.exact === null
      ? []
      : [
          {
            dimension: 'composite',
            contributor: row.contributor,
            rho: row.exact,
            carried: row.carried,
            fair: row.fair,
            from: { parts: carried.flatMap((dimension) => partIn(dimension, row.contributor)) },
          },
        ],
  )
  return [...single, ...composite]
}

const asPercent = (part: Fraction): number => rounded(fraction(100n * part.numerator, part.denominator), 3)
const permille = (value: number): Fraction => fraction(BigInt(value), 1000n)

export const overBurdened = (situation: Situation): ReadonlyArray<Finding> => {
  const { highPermille } = situation.terms.band
  return positions(situation)
    .filter(({ rho }) => compare(rho, permille(highPermille)) > 0)
    .map(({ dimension, contributor, rho, carried, fair, from }) =>
      finding('over-burdened', [contributor, dimension], {
        severity: compare(rho, permille(2 * highPermille)) > 0 ? 'critical' : 'warning',
        subject: { contributor, dimension },
        evidence: { rho: rounded(rho, 6), ownPercent: asPercent(carried), fairPercent: asPercent(fair), highPermille, ...from },
        text: `${contributor} carries ${asPercent(carried)} % of the ${dimension} burden with ${asPercent(fair)} % of the capacity: ${rounded(rho, 2)} times a fair share, above ${highPermille / 1000}.`,
      }),
    )
}

export const underContributing = (situation: Situation): ReadonlyArray<Finding> => {
  const { lowPermille } = situation.terms.band
  const material = permille(situation.terms.thresholds.materialPermille ?? MATERIAL_PERMILLE)
  const below = positions(situation).filter(({ rho }) => compare(rho, permille(lowPermille)) < 0)
  const isMaterial = ({ carried, fair }: Position): boolean => {
    const expected = fraction(BigInt(lowPermille) * fair.numerator, 1000n * fair.denominator)
    return compare(plus(expected, fraction(-carried.numerator, carried.denominator)), material) >= 0
  }
  const named = below.filter(isMaterial).map(({ dimension, contributor, rho, carried, fair, from }) =>
    finding('under-contributing', [contributor, dimension], {
      severity: 'warning',
      subject: { contributor, dimension },
      evidence: { rho: rounded(rho, 6), ownPercent: asPercent(carried), fairPercent: asPercent(fair), lowPermille, ...from },
      text: `${contributor} carries ${asPercent(carried)} % of the ${dimension} burden with ${asPercent(fair)} % of the capacity: ${rounded(rho, 2)} times a fair share, below ${lowPermille / 1000}.`,
    }),
  )
  const others = grouped(
    below.filter((position) => !isMaterial(position)),
    ({ dimension }) => dimension,
  ).map(([dimension, group]) => {
    const contributors = group.map(({ contributor }) => contributor)
    const inAll = (part: 'carried' | 'fair'): number =>
      asPercent(group.reduce((all, position) => plus(all, position[part]), fraction(0n, 1n)))
    return finding('under-contributing', ['others', dimension], {
      severity: 'info',
      subject: { dimension },
      evidence: { contributors, ownPercent: inAll('carried'), fairPercent: inAll('fair'), lowPermille },
      text: `${contributors.length} contributors with little capacity each carry less than ${lowPermille / 1000} of a fair share of the ${dimension} burden: together ${inAll('carried')} % with ${inAll('fair')} % of the capacity.`,
    })
  })
  return [...named, ...others]
}

// ── Concentration ────────────────────────────────────────────────────────────────────────────────────────────
export const concentration = (situation: Situation): ReadonlyArray<Finding> => {
  const reported = latestReports(situation)
  const missions = grouped(reported?.rows ?? [], ({ mission }) => mission).flatMap(([mission, rows]) =>
    concentrated(
      composition(rows.map((row) => ({ contributor: row.contributor, quantity: uniformed([row]) }))),
      situation,
      ['mission', mission],
      { mission },
      { month: reported?.month },
      `${mission} in ${reported?.month ?? ''}`,
    ),
  )
  const capabilities = grouped(firmToday(situation), ({ capability }) => capability).flatMap(([capability, commitments]) =>
    concentrated(
      unitsBy(commitments),
      situation,
      ['capability', capability],
      { capability },
      {},
      `${capability} over all missions`,
    ),
  )
  return [...missions, ...capabilities]
}

const concentrated = (
  made: Composition,
  { terms: { thresholds } }: Situation,
  id: ReadonlyArray<string>,
  subject: Finding['subject'],
  evidence: Finding['evidence'],
  of: string,
): ReadonlyArray<Finding> => {
  // One who is alone cannot be spread: that is a dependence, not a concentration.
  if (made.contributors < 2) return []
  const figures = {
    top1Permille: 10 * (made.shares[0]?.percent ?? 0),
    top5Permille: 10 * (made.top5Percent ?? 0),
    hhiPermille: 1000 * (made.hhi ?? 0),
    giniPermille: 1000 * (made.gini ?? 0),
  }
  // Five or fewer always give everything between them.
  const exceeded = (['top1Permille', 'top5Permille', 'hhiPermille', 'giniPermille'] as const).filter(
    (name) => figures[name] > thresholds[name] && (name !== 'top5Permille' || made.contributors > 5),
  )
  if (exceeded.length === 0) return []
  const top = made.shares.slice(0, 5).map(({ contributor, percent }) => `${contributor} ${percent} %`)
  const { hhi, gini, top5Percent, total: all, contributors } = made
  return [
    finding('concentration', id, {
      severity: exceeded.length > 1 ? 'warning' : 'info',
      subject,
      evidence: {
        ...evidence,
        total: all,
        contributors,
        top: made.shares.slice(0, 5),
        quantities: Object.fromEntries(made.shares.map(({ contributor, quantity }) => [contributor, quantity])),
        top5Percent,
        hhi,
        gini,
        exceeded,
        thresholds: Object.fromEntries(exceeded.map((name) => [name, thresholds[name]])),
      },
      text: `${of} rests on few: ${listText(top)} of ${numberText(all)}; five together ${top5Percent ?? 0} %, HHI ${hhi ?? 0}, Gini ${gini ?? 0}.`,
    }),
  ]
}

const firmToday = ({ commitments, today, capabilities }: Situation): ReadonlyArray<CommitmentFacts> => {
  const standing = new Set(capabilities.filter(({ measure }) => measure === 'standing').map(({ id }) => id))
  return commitments.filter((c) => isFirm(c) && standing.has(c.capability) && c.from <= today && today < c.to)
}

const unitsBy = (commitments: ReadonlyArray<CommitmentFacts>): Composition =>
  composition(
    grouped(commitments, ({ contributor }) => contributor).map(([contributor, own]) => ({
      contributor,
      quantity: sum(own.map(({ quantity }) => quantity)),
    })),
  )

// ── Dependence ───────────────────────────────────────────────────────────────────────────────────────────────
/** A contributor that gives more than half of a mission is critical to it. */
const HALF_PERMILLE = 500

export const dependence = (situation: Situation): ReadonlyArray<Finding> => {
  const { cliffPermille } = situation.terms.thresholds
  const reported = latestReports(situation)
  const missions = grouped(reported?.rows ?? [], ({ mission }) => mission).flatMap(([mission, rows]) => {
    const all = uniformed(rows)
    return rows.flatMap((row) => {
      const own = uniformed([row])
      if (1000 * own <= cliffPermille * all) return []
      const { contributor } = row
      return [
        finding('single-contributor-dependence', [mission, contributor], {
          severity: 1000 * own > HALF_PERMILLE * all ? 'critical' : 'warning',
          subject: { mission, contributor },
          evidence: { month: row.month, own, total: all, cliffPermille },
          text: `Without ${contributor}, ${mission} would have lost ${percentText(own, all)} of its strength in ${row.month}: ${numberText(own)} of ${numberText(all)} persons.`,
        }),
      ]
    })
  })
  const soles = grouped(firmToday(situation), ({ mission, capability }) => `${mission}:${capability}`).flatMap(
    ([id, commitments]) => {
      const [first] = commitments
      const units = sum(commitments.map(({ quantity }) => quantity))
      if (first === undefined || units < 2 || commitments.some(({ contributor }) => contributor !== first.contributor)) return []
      const { mission, capability, contributor } = first
      return [
        finding('single-contributor-dependence', [id, contributor], {
          severity: 'warning',
          subject: { mission, capability, contributor },
          evidence: { units, commitments: commitments.map((commitment) => commitment.id).toSorted() },
          text: `All ${numberText(units)} firm units of ${capability} in ${mission} are given by ${contributor}.`,
        }),
      ]
    },
  )
  return [...missions, ...soles]
}
