/** The two documents as the checks read them: every reference resolved, every day a number. */
import type { z } from 'zod'
import { Plan } from '@muster/contracts/allocation/plan'
import {
  Problem,
  type Assignment,
  type ProblemAsset,
  type ProblemContributor,
  type ProblemMission,
  type ProblemOffer,
  type ProblemRequirement,
} from '@muster/contracts/allocation/problem'
import { dayNumber, type Window } from './days.ts'
import { finding, type Finding } from './finding.ts'

export type Dimension = ProblemCapabilityOf['dimension']
type ProblemCapabilityOf = Problem['capabilities'][number]

/** One contributor's part of an asset: `part` of `parts`. */
export interface Party {
  readonly contributor: string
  readonly part: bigint
  readonly parts: bigint
}

export interface Asset {
  readonly record: ProblemAsset
  readonly dimension: Dimension
  readonly isStock: boolean
  readonly parties: ReadonlyArray<Party>
  /** Everyone a host or a requirement may refuse: the contributor and all parties. */
  readonly everyone: ReadonlyArray<string>
}

export interface Offer extends Window {
  readonly record: ProblemOffer
  readonly asset: Asset
  /** First day on which it can be anywhere: its own first day, or the decision plus its notice. */
  readonly earliest: number
}

export interface Requirement extends Window {
  readonly record: ProblemRequirement
  readonly mission: ProblemMission
  readonly isStock: boolean
  readonly capabilities: ReadonlySet<string>
}

/** One lawful-looking row of the plan: its references are known, nothing else is checked yet. */
export interface Tour extends Window {
  readonly index: number
  readonly quantity: number
  readonly offer: Offer
  readonly requirement: Requirement
}

export interface Model {
  readonly problem: Problem
  readonly horizon: Window
  readonly decidedAt: number
  readonly contributors: ReadonlyArray<ProblemContributor>
  readonly assets: ReadonlyMap<string, Asset>
  readonly offers: ReadonlyMap<string, Offer>
  readonly requirements: ReadonlyMap<string, Requirement>
  readonly offersByCapability: ReadonlyMap<string, ReadonlyArray<Offer>>
}

const windowOf = (record: { readonly from: string; readonly to: string }): Window => ({
  from: dayNumber(record.from),
  to: dayNumber(record.to),
})

export const shapeFindings = (code: 'PROBLEM_SHAPE' | 'PLAN_SHAPE', error: z.ZodError): ReadonlyArray<Finding> =>
  error.issues.map((issue) =>
    finding(code, `${code === 'PROBLEM_SHAPE' ? 'problem:' : ''}/${issue.path.join('/')}`, issue.message),
  )

export const parsePlan = (document: unknown): { readonly plan: Plan } | { readonly findings: ReadonlyArray<Finding> } => {
  const parsed = Plan.safeParse(document)
  return parsed.success ? { plan: parsed.data } : { findings: shapeFindings('PLAN_SHAPE', parsed.error) }
}

/** Reads and indexes a problem; a problem that contradicts itself is refused, because no plan can be right for it. */
export const readProblem = (document: unknown): { readonly model: Model } | { readonly findings: ReadonlyArray<Finding> } => {
  const parsed = Problem.safeParse(document)
  if (!parsed.success) return { findings: shapeFindings('PROBLEM_SHAPE', parsed.error) }
  const problem = parsed.data
  const findings = [...duplicates(problem), ...windows(problem), ...unresolved(problem)]
  return findings.length > 0 ? { findings } : { model: index(problem) }
}

const broken = (where: string, message: string): Finding => finding('PROBLEM_SHAPE', `problem:${where}`, message)

const duplicates = (problem: Problem): ReadonlyArray<Finding> => {
  const lists = {
    capabilities: problem.capabilities.map(({ code }) => code),
    contributors: problem.contributors.map(({ id }) => id),
    missions: problem.missions.map(({ id }) => id),
    requirements: problem.requirements.map(({ id }) => id),
    assets: problem.assets.map(({ id }) => id),
    offers: problem.offers.map(({ id }) => id),
  }
  return Object.entries(lists).flatMap(([name, ids]) => {
    const seen = new Set<string>()
    return ids.flatMap((id, i) => {
      if (seen.has(id)) return [broken(`/${name}/${i}`, `${id} appears twice in ${name}`)]
      seen.add(id)
      return []
    })
  })
}

const windows = (problem: Problem): ReadonlyArray<Finding> => {
  const { horizon, requirements } = problem
  const findings: Finding[] = []
  if (horizon.from >= horizon.to) findings.push(broken('/horizon', 'the horizon must end after it begins'))
  requirements.forEach((r, i) => {
    if (r.from >= r.to) findings.push(broken(`/requirements/${i}`, `the window of ${r.id} must end after it begins`))
    else if (r.from < horizon.from || r.to > horizon.to)
      findings.push(broken(`/requirements/${i}`, `${r.id} reaches beyond the horizon`))
  })
  return findings
}

const unresolved = (problem: Problem): ReadonlyArray<Finding> => {
  const measures = new Map(problem.capabilities.map(({ code, measure }) => [code, measure]))
  const capabilities = new Set(measures.keys())
  const contributors = new Set(problem.contributors.map(({ id }) => id))
  const missions = new Set(problem.missions.map(({ id }) => id))
  const requirements = new Set(problem.requirements.map(({ id }) => id))
  const assets = new Set(problem.assets.map(({ id }) => id))
  const findings: Finding[] = []
  const expect = (known: ReadonlySet<string>, name: string, where: string): void => {
    if (!known.has(name)) findings.push(broken(where, `${name} is not in the problem`))
  }
  problem.requirements.forEach((r, i) => {
    expect(missions, r.mission, `/requirements/${i}/mission`)
    expect(capabilities, r.capability, `/requirements/${i}/capability`)
    for (const need of r.needs) expect(requirements, need, `/requirements/${i}/needs`)
    for (const code of r.accepts) {
      const measure = measures.get(code)
      const isMixed = measure !== undefined && measure !== measures.get(r.capability)
      if (isMixed) findings.push(broken(`/requirements/${i}/accepts`, `${code} is ${measure}, ${r.capability} is not`))
    }
  })
  problem.assets.forEach((a, i) => {
    expect(contributors, a.contributor, `/assets/${i}/contributor`)
    expect(capabilities, a.capability, `/assets/${i}/capability`)
    for (const party of a.parties ?? []) expect(contributors, party.contributor, `/assets/${i}/parties`)
  })
  problem.offers.forEach((o, i) => expect(assets, o.asset, `/offers/${i}/asset`))
  return findings
}

/** Looks up what `unresolved` has proved to be there. */
const known = <V>(map: ReadonlyMap<string, V>, key: string): V => {
  const value = map.get(key)
  if (value === undefined) throw new Error(`the problem was indexed before its references were checked: ${key}`)
  return value
}

const index = (problem: Problem): Model => {
  const capabilities = new Map(problem.capabilities.map((c) => [c.code, c]))
  const missions = new Map(problem.missions.map((m) => [m.id, m]))
  const decidedAt = dayNumber(problem.decidedAt)
  const assets = new Map(
    problem.assets.map((record): [string, Asset] => {
      const { dimension, measure } = known(capabilities, record.capability)
      return [record.id, { record, dimension, isStock: measure === 'stock', ...partiesOf(record) }]
    }),
  )
  const offers = new Map(
    problem.offers.map((record): [string, Offer] => {
      const window = windowOf(record)
      const earliest = Math.max(window.from, decidedAt + record.noticeDays)
      return [record.id, { record, asset: known(assets, record.asset), ...window, earliest }]
    }),
  )
  const requirements = new Map(
    problem.requirements.map((record): [string, Requirement] => [
      record.id,
      {
        record,
        ...windowOf(record),
        mission: known(missions, record.mission),
        isStock: known(capabilities, record.capability).measure === 'stock',
        capabilities: new Set([record.capability, ...record.accepts]),
      },
    ]),
  )
  const offersByCapability = Map.groupBy(offers.values(), ({ asset }) => asset.record.capability)
  return {
    problem,
    horizon: windowOf(problem.horizon),
    decidedAt,
    contributors: problem.contributors,
    assets,
    offers,
    requirements,
    offersByCapability,
  }
}

const partiesOf = ({ contributor, parties = [] }: ProblemAsset): Pick<Asset, 'parties' | 'everyone'> => {
  if (parties.length === 0) return { parties: [{ contributor, part: 1n, parts: 1n }], everyone: [contributor] }
  const parts = parties.reduce((sum, { part }) => sum + BigInt(part), 0n)
  return {
    parties: parties.map((p) => ({ contributor: p.contributor, part: BigInt(p.part), parts })),
    everyone: [contributor, ...parties.map((p) => p.contributor)],
  }
}

/** Resolves the rows of a plan; rows that name nothing in the problem are findings and left out of all further sums. */
export const readTours = (
  { offers, requirements }: Model,
  rows: ReadonlyArray<Assignment>,
): { readonly tours: ReadonlyArray<Tour>; readonly findings: ReadonlyArray<Finding> } => {
  const tours: Tour[] = []
  const findings: Finding[] = []
  rows.forEach((row, index) => {
    const offer = offers.get(row.offer)
    const requirement = requirements.get(row.requirement)
    const where = `/assignments/${index}`
    if (offer === undefined) findings.push(finding('UNKNOWN_REFERENCE', where, `offer ${row.offer} is not in the problem`))
    if (requirement === undefined)
      findings.push(finding('UNKNOWN_REFERENCE', where, `requirement ${row.requirement} is not in the problem`))
    if (offer !== undefined && requirement !== undefined)
      tours.push({ index, quantity: row.quantity, offer, requirement, ...windowOf(row) })
  })
  return { tours, findings }
}
