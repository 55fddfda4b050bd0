/** The fairest plan there is with the coverage of another one, by exhaustion: for problems without tours and without rules across pairs. */
import type { Plan } from '@muster/contracts/allocation/plan'
import { day, type SmallProblem } from './problems.ts'

/** Burdens over capacities as fractions over one denominator, worst first; compared lexicographically, smaller is fairer. */
export type Profile = ReadonlyArray<bigint>

/** Parts of joint assets in these problems divide 15. */
const PARTS = 15n

interface Choice {
  readonly asset: number
  readonly requirement: number
}

/** The tour-free, rule-free relative of a problem: every offer lasts, everyone has a capacity, only infantry. */
export const simplified = (problem: SmallProblem) => ({
  ...problem,
  contributors: problem.contributors.map((c, i) => ({ ...c, capacity: { personnel: (c.capacity.personnel ?? 0) + i + 1 } })),
  missions: problem.missions.map((mission) => ({ ...mission, ceilings: [], maxPercent: null })),
  requirements: problem.requirements.map((r) => ({
    ...r,
    capability: 'INF' as const,
    accepts: [],
    counts: 'copies' as const,
    minTourDays: 1,
    needs: [],
    weight: 1,
  })),
  assets: problem.assets.map((asset) => ({ ...asset, capability: 'INF' as const, burden: 1 })),
  offers: problem.offers.map((offer) => ({ ...offer, minTourDays: 1 })),
  policy: { slackPpm: 0, maxMissionsPerContributor: null },
})

export type SimpleProblem = ReturnType<typeof simplified>

/** Both profiles: of the plan, and of the fairest plan that covers every line on every day at least as well. */
export const profiles = (
  problem: SimpleProblem,
  plan: Plan,
  days: number,
): { readonly own: Profile; readonly fairest: Profile } => {
  let sums: ReadonlyMap<string, ReadonlyArray<bigint>> = new Map([['', problem.contributors.map(() => 0n)]])
  for (let d = 0; d < days; d += 1) {
    const today = burdensOf(problem, plan, day(d))
    const next = new Map<string, ReadonlyArray<bigint>>()
    for (const before of sums.values()) {
      for (const burden of today) {
        const sum = before.map((own, n) => own + (burden[n] ?? 0n))
        next.set(sum.join(), sum)
      }
    }
    sums = next
  }
  const all = [...sums.values()].map((burdens) => profileOf(problem, burdens))
  const fairest = all.reduce((best, one) => (isFairer(one, best) ? one : best))
  return { own: profileOf(problem, planBurdens(problem, plan)), fairest }
}

/** Negative burdens never occur, and every burden here is 1 per day, so Σ own is the same for plans of equal coverage without excess. */
const profileOf = (problem: SimpleProblem, burdens: ReadonlyArray<bigint>): Profile => {
  const product = problem.contributors.reduce((all, { capacity }) => all * BigInt(capacity.personnel), 1n)
  return problem.contributors
    .map(({ capacity }, n) => ((burdens[n] ?? 0n) * product) / BigInt(capacity.personnel))
    .toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0))
}

export const isFairer = (a: Profile, b: Profile): boolean => {
  const i = a.findIndex((one, k) => one !== b[k])
  return i >= 0 && (a[i] ?? 0n) < (b[i] ?? 0n)
}

const sharesOf = (problem: SimpleProblem, asset: SimpleProblem['assets'][number]): ReadonlyArray<bigint> => {
  const parties = asset.parties?.length ? asset.parties : [{ contributor: asset.contributor, part: 1 }]
  const parts = parties.reduce((sum, { part }) => sum + BigInt(part), 0n)
  return problem.contributors.map(({ id }) =>
    parties.reduce((sum, { contributor, part }) => (contributor === id ? sum + (PARTS * BigInt(part)) / parts : sum), 0n),
  )
}

const planBurdens = (problem: SimpleProblem, plan: Plan): ReadonlyArray<bigint> => {
  const total = problem.contributors.map(() => 0n)
  for (const row of plan.assignments) {
    const offer = problem.offers.find(({ id }) => id === row.offer)
    const asset = problem.assets.find(({ id }) => id === offer?.asset)
    if (asset === undefined) continue
    const days = BigInt((Date.parse(row.to) - Date.parse(row.from)) / 86_400_000)
    for (const [n, share] of sharesOf(problem, asset).entries()) total[n] = (total[n] ?? 0n) + share * BigInt(row.quantity) * days
  }
  return total
}

/** Every burden the contributors can have today while each line has at least the cover it has in the plan, and no more. */
const burdensOf = (problem: SimpleProblem, plan: Plan, today: string): ReadonlyArray<ReadonlyArray<bigint>> => {
  const locked = problem.requirements.map(({ id, quantity }) => {
    const present = plan.assignments.filter((row) => row.requirement === id && row.from <= today && today < row.to)
    return Math.min(
      quantity,
      present.reduce((sum, row) => sum + row.quantity, 0),
    )
  })
  const shares = problem.assets.map((asset) => sharesOf(problem, asset))
  const choices: Choice[] = problem.requirements.flatMap((_, requirement) =>
    problem.assets.flatMap((_, asset) => (canServe(problem, asset, requirement, today) ? [{ asset, requirement }] : [])),
  )
  const found = new Map<string, ReadonlyArray<bigint>>()
  const place = (i: number, left: ReadonlyArray<number>, missing: ReadonlyArray<number>, burden: ReadonlyArray<bigint>): void => {
    const choice = choices[i]
    if (choice === undefined) {
      if (missing.every((n) => n === 0)) found.set(burden.join(), burden)
      return
    }
    const most = Math.min(left[choice.asset] ?? 0, missing[choice.requirement] ?? 0)
    for (let copies = 0; copies <= most; copies += 1) {
      place(
        i + 1,
        left.map((n, a) => (a === choice.asset ? n - copies : n)),
        missing.map((n, r) => (r === choice.requirement ? n - copies : n)),
        burden.map((own, n) => own + BigInt(copies) * (shares[choice.asset]?.[n] ?? 0n)),
      )
    }
  }
  place(
    0,
    problem.assets.map(({ copies }) => copies),
    locked,
    problem.contributors.map(() => 0n),
  )
  return [...found.values()]
}

const canServe = (problem: SimpleProblem, assetIndex: number, requirementIndex: number, today: string): boolean => {
  const asset = problem.assets[assetIndex]
  const r = problem.requirements[requirementIndex]
  const mission = problem.missions.find(({ id }) => id === r?.mission)
  if (asset === undefined || r === undefined || mission === undefined || today < r.from || today >= r.to) return false
  const everyone: ReadonlyArray<string> = [asset.contributor, ...(asset.parties ?? []).map(({ contributor }) => contributor)]
  if (everyone.some((one) => [...mission.refuses, ...r.excludes].some((other) => other === one))) return false
  return problem.offers.some((offer) => {
    if (offer.asset !== asset.id || today < offer.from || today >= offer.to) return false
    const ready = new Date(Date.parse(problem.decidedAt) + offer.noticeDays * 86_400_000).toISOString().slice(0, 10)
    return (
      today >= ready &&
      !offer.notIn.some((id) => id === r.mission) &&
      (offer.onlyIn === null || offer.onlyIn.some((id) => id === r.mission)) &&
      offer.readiness >= r.minReadiness &&
      (r.maxNoticeDays === null || offer.noticeDays <= r.maxNoticeDays) &&
      r.languages.every((one) => offer.languages.some((other) => other === one)) &&
      r.standards.every((one) => offer.standards.some((other) => other === one))
    )
  })
}
