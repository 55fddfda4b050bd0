/** Pledges, requirement lines and commitments as parts of an allocation problem. */
import type { Problem, ProblemAsset, ProblemOffer, ProblemRequirement } from '@muster/contracts/allocation/problem'
import { intersection, type Day, type Window } from '@muster/kernel/time'
import { layerId, layersOf, remaining, type Step } from '../layers.ts'
import type { ReadModels } from '../read-models.ts'
import type { CapabilityRow } from '../tables/ground.ts'
import type { CeilingRow, RequirementRow } from '../tables/missions.ts'
import type { PledgeRow } from '../tables/pledges.ts'
import { EVERYTHING } from '../visibility.ts'
import { groupBy } from './as-of.ts'
import { liveCommitments, openPledges } from './coverage-inputs.ts'
import { allExchangeRates } from './ground.ts'
import { ceilingsOf, requirementsOf } from './missions.ts'
import { copiesFrom, unitsOf, type Units } from './pledge-units.ts'
import { isFirm } from './presence.ts'
import type { PartsQuestion, ProblemParts } from './problem.ts'

type Commitment = Awaited<ReturnType<typeof liveCommitments>>[number]

/** Firm and not yet over: it covers its line and counts under the ceiling on the days of its window. */
const standsFirm = (commitment: Commitment): boolean => isFirm(commitment) && commitment.status !== 'repatriated'

/** Lines of one name in two missions are told apart by the mission. */
const lineIds = (lines: ReadonlyArray<RequirementRow>): ReadonlyMap<RequirementRow, string> => {
  const named = groupBy(lines, ({ id }) => id)
  return new Map(lines.map((line) => [line, (named.get(line.id)?.length ?? 0) > 1 ? `${line.mission}/${line.id}` : line.id]))
}

const inLineUnits = (line: RequirementRow, commitment: Commitment, units: Units | undefined): number =>
  commitment.currency !== null && units !== undefined
    ? copiesFrom(units, commitment.quantity)
    : line.counts === 'persons'
      ? commitment.quantity * (units?.personsPerUnit ?? 1)
      : commitment.quantity

interface Lines {
  readonly requirements: ReadonlyArray<ProblemRequirement>
  /** First layer of each line, by mission and id. */
  readonly idOf: (mission: string, requirement: string) => string | undefined
}

const lineKey = (mission: string, requirement: string): string => `${mission}|${requirement}`

const requirementsFrom = (
  lines: ReadonlyArray<RequirementRow>,
  firm: ReadonlyArray<Commitment>,
  unitsByPledge: ReadonlyMap<string, Units>,
  inBlocks: ReadonlySet<string>,
  { horizon, catalogue }: PartsQuestion,
): Lines => {
  const ids = lineIds(lines)
  const firmOn = groupBy(firm, ({ mission, requirement }) => lineKey(mission, requirement))
  const layersOfLine = lines.map((line) => {
    const window = intersection(line, horizon)
    const taken = (firmOn.get(lineKey(line.mission, line.id)) ?? []).map((commitment): Step => ({
      from: commitment.from,
      to: commitment.to,
      quantity: inLineUnits(line, commitment, unitsByPledge.get(commitment.pledge)),
    }))
    if (window === undefined) return { line, layers: [] }
    if (catalogue.get(line.capability)?.measure !== 'stock') {
      return { line, layers: layersOf(remaining({ ...window, quantity: line.quantity }, taken)) }
    }
    const rest = line.quantity - taken.reduce((sum, { quantity }) => sum + quantity, 0)
    return { line, layers: rest > 0 ? [{ ...window, quantity: rest }] : [] }
  })
  const firstLayer = new Map(
    layersOfLine.flatMap(({ line, layers }) =>
      layers.length > 0 ? [[lineKey(line.mission, line.id), ids.get(line) ?? line.id] as const] : [],
    ),
  )
  // A needed line that is covered by commitments is there; one that still lacks something is named by its first layer.
  const needsOf = ({ mission, needs }: RequirementRow): string[] =>
    needs.flatMap((need) => (firmOn.has(lineKey(mission, need)) ? [] : (firstLayer.get(lineKey(mission, need)) ?? [])))
  const requirements = layersOfLine.flatMap(({ line, layers }) =>
    layers.map((layer, ordinal): ProblemRequirement => ({
      id: layerId(ids.get(line) ?? line.id, ordinal),
      mission: line.mission,
      capability: line.capability,
      accepts: [...line.accepts],
      tier: line.tier,
      weight: line.weight,
      counts: [line.capability, ...line.accepts].some((code) => inBlocks.has(code)) ? 'persons' : line.counts,
      quantity: layer.quantity,
      from: layer.from,
      to: layer.to,
      minTourDays: line.minTourDays,
      minReadiness: line.minReadiness,
      maxNoticeDays: line.maxNoticeDays,
      languages: [...line.languages],
      standards: [...line.standards],
      excludes: line.excludes.map(({ contributor }) => contributor),
      needs: needsOf(line),
    })),
  )
  return { requirements, idOf: (mission, requirement) => firstLayer.get(lineKey(mission, requirement)) }
}

/** Pledges of one physical thing: the unit they name, or each its own. */
const assetsOf = (pledges: ReadonlyArray<PledgeRow>): ReadonlyMap<string, ReadonlyArray<PledgeRow>> =>
  groupBy(pledges, ({ id, contributor, capability, terms }) =>
    terms.asset === undefined ? id : `${contributor}/${capability}/${terms.asset}`,
  )

/** What is free of a thing on which days: the largest pledge of it, less what commitments hold through any of them. */
const freeOf = (pledges: ReadonlyArray<PledgeRow>, stock: boolean): ReadonlyArray<Step> => {
  const from = pledges.reduce((first, pledge) => (pledge.from < first ? pledge.from : first), pledges[0]?.from ?? '')
  const to = pledges.reduce((last, pledge) => (pledge.to > last ? pledge.to : last), pledges[0]?.to ?? '')
  const quantity = Math.max(0, ...pledges.map((pledge) => pledge.quantity))
  const held = pledges.flatMap(({ stretches }) =>
    stretches.map((stretch): Step => ({ from: stretch.from, to: stretch.to, quantity: stretch.pledged - stretch.free })),
  )
  const steps = remaining({ from, to, quantity }, held)
  return stock ? [{ from, to, quantity: Math.min(...steps.map((step) => step.quantity)) }] : steps
}

const BURDEN_CAP = 1_000_000_000

const burdenOf = (capability: CapabilityRow | undefined, { persons }: Units): number => {
  const value =
    capability?.dimension === 'personnel' ? persons : capability?.dimension === 'equipment' ? (capability.monthValueUsd ?? 1) : 1
  return Math.min(BURDEN_CAP, value)
}

const offerOf = (pledge: PledgeRow, id: string, asset: string, window: Window): ProblemOffer => {
  const { terms } = pledge
  const notIn = (terms.caveats ?? []).flatMap((caveat) => (caveat.kind === 'not-in-mission' ? [caveat.mission] : []))
  return {
    id,
    asset,
    from: window.from,
    to: window.to,
    noticeDays: terms.noticeDays ?? 0,
    readiness: pledge.readiness,
    languages: [...(terms.languages ?? [])],
    standards: [...(terms.standards ?? [])],
    notIn,
    onlyIn: terms.earmark === undefined || terms.earmark.length === 0 ? null : [...terms.earmark],
    minTourDays: terms.minTourDays ?? 1,
  }
}

const thingsFrom = (
  pledges: ReadonlyArray<PledgeRow>,
  unitsByPledge: ReadonlyMap<string, Units>,
  { decidedAt, catalogue }: PartsQuestion,
): { readonly assets: ProblemAsset[]; readonly offers: ProblemOffer[] } => {
  const assets: ProblemAsset[] = []
  const offers: ProblemOffer[] = []
  for (const [id, of] of assetsOf(pledges)) {
    const [first] = of
    const units = first && unitsByPledge.get(first.id)
    if (first === undefined || units === undefined) continue
    const capability = catalogue.get(first.capability)
    for (const [ordinal, layer] of layersOf(freeOf(of, capability?.measure === 'stock')).entries()) {
      const copies = copiesFrom(units, layer.quantity)
      const open = of.flatMap((pledge) => {
        const window = intersection(pledge, layer)
        return window === undefined || window.to <= decidedAt ? [] : [{ pledge, window }]
      })
      if (copies === 0 || open.length === 0) continue
      const asset = layerId(id, ordinal)
      assets.push({
        id: asset,
        contributor: first.contributor,
        capability: first.capability,
        copies,
        burden: burdenOf(capability, units),
        persons: units.persons,
        ...(first.terms.parties === undefined
          ? {}
          : { parties: first.terms.parties.map(({ contributor, part }) => ({ contributor, part })) }),
      })
      for (const { pledge, window } of open) offers.push(offerOf(pledge, layerId(pledge.id, ordinal), asset, window))
    }
  }
  return { assets, offers }
}

const isPolice = ({ id, category }: CapabilityRow): boolean =>
  id === 'POLICE' || category === 'formed-police' || category === 'individual-police'

/**
 * Ceilings count persons, the problem counts copies: they are the same only for capabilities whose unit is one person, and
 * only on those a ceiling can be laid here. What units of many persons add up to is a flag's business (`above-ceiling`).
 */
const ceilingsFrom = (
  steps: ReadonlyArray<CeilingRow>,
  firm: ReadonlyArray<Commitment>,
  unitsByPledge: ReadonlyMap<string, Units>,
  { horizon, catalogue }: PartsQuestion,
): Problem['missions'][number]['ceilings'] =>
  (['military', 'police'] as const).flatMap((category) => {
    const inCategory = [...catalogue.values()].filter(
      (capability) => capability.dimension === 'personnel' && isPolice(capability) === (category === 'police'),
    )
    const ofOne = inCategory
      .filter(({ typicalPersons, measure }) => typicalPersons === 1 && measure === 'standing')
      .map(({ id }) => id)
    const codes = new Set(inCategory.map(({ id }) => id))
    const there = firm
      .filter(({ capability }) => codes.has(capability))
      .map(({ from, to, quantity, pledge }): Step => ({
        from,
        to,
        quantity: quantity * (unitsByPledge.get(pledge)?.personsPerUnit ?? 1),
      }))
    const ordered = steps.filter((step) => step.category === category).toSorted((a, b) => (a.from < b.from ? -1 : 1))
    return ordered.flatMap((step, index) => {
      const window = intersection({ from: step.from, to: ordered[index + 1]?.from ?? horizon.to }, horizon)
      if (window === undefined || ofOne.length === 0) return []
      return remaining({ ...window, quantity: step.quantity }, there).map((rest) => ({ ...rest, capabilities: [...ofOne] }))
    })
  })

const countsOn = ({ validUntil }: PledgeRow, day: Day): boolean => validUntil === null || validUntil > day

export const pledgeParts = async (readModels: ReadModels, question: PartsQuestion): Promise<ProblemParts> => {
  const { asOf, horizon, decidedAt, catalogue } = question
  const asked = { asOf, visibility: EVERYTHING }
  const rates = await allExchangeRates(readModels, { asOf })
  const open = (await openPledges(readModels, asked)).filter((row) => countsOn(row, decidedAt))
  // A unit made of another pledge's kit is that kit: it is offered once. Money is no unit and leaves the kit on offer.
  const madeInto = new Set(open.filter(({ currency }) => currency === null).flatMap(({ terms }) => terms.derivedFrom ?? []))
  const pledges = open.filter(({ id }) => !madeInto.has(id))
  const commitments = await liveCommitments(readModels, asked)
  const firm = commitments.filter(standsFirm)
  const unitsByPledge = await unitsOf(readModels, { asOf, catalogue, rates, day: decidedAt, open, held: commitments })
  const inBlocks = new Set(
    pledges.filter(({ id }) => (unitsByPledge.get(id)?.block ?? 1) > 1).map(({ capability }) => capability),
  )
  const lines = (await requirementsOf(readModels, { asOf })).filter((line) => intersection(line, horizon) !== undefined)
  const { requirements, idOf } = requirementsFrom(lines, firm, unitsByPledge, inBlocks, question)
  const { assets, offers } = thingsFrom(pledges, unitsByPledge, question)
  const offered = new Set(offers.map(({ id }) => id))

  const published = commitments
    .filter(({ status }) => status === 'proposed')
    .flatMap((proposal) => {
      const requirement = idOf(proposal.mission, proposal.requirement)
      const window = intersection(proposal, horizon)
      const units = unitsByPledge.get(proposal.pledge)
      const quantity = units === undefined ? 0 : copiesFrom(units, proposal.quantity)
      if (requirement === undefined || window === undefined || quantity === 0 || !offered.has(proposal.pledge)) return []
      return [{ offer: proposal.pledge, requirement, quantity, from: window.from, to: window.to }]
    })

  const ceilings = groupBy(await ceilingsOf(readModels, { asOf }), ({ mission }) => mission)
  const firmIn = groupBy(firm, ({ mission }) => mission)
  const missions = [...new Set(requirements.map(({ mission }) => mission))].toSorted().map((id) => ({
    id,
    ceilings: ceilingsFrom(ceilings.get(id) ?? [], firmIn.get(id) ?? [], unitsByPledge, question),
  }))
  return { missions, requirements: [...requirements], assets, offers, published }
}
