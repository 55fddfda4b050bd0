/** Contributors, capabilities, scales, policies and exchange rates: events to rows. */
import { patch, put, change, type Change, type Projection, type Recorded } from '../change.ts'
import {
  affiliation,
  capability,
  capacityFigure,
  contributor,
  exchangeRate,
  policy,
  scale,
  type Period,
} from '../tables/ground.ts'

type Affiliated = {
  readonly contributor: string
  readonly organisation: string
  readonly from: string
  readonly to?: string | undefined
}

const bump = (id: string, { revision }: Recorded): Change => patch(contributor, id, () => ({ revision }))

const byFrom = (a: Period, b: Period): number => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)

/** A period that begins on the same day replaces the one before: it was corrected. */
const affiliate = (event: Affiliated): Change =>
  change(affiliation, `${event.contributor}|${event.organisation}`, (current) => ({
    contributor: event.contributor,
    organisation: event.organisation,
    periods: [
      ...(current?.periods ?? []).filter(({ from }) => from !== event.from),
      { from: event.from, to: event.to ?? null },
    ].toSorted(byFrom),
  }))

const endAffiliation = (id: string, organisation: string, on: string): Change =>
  patch(affiliation, `${id}|${organisation}`, ({ periods }) => ({
    periods: periods.map((period, index) => (index === periods.length - 1 ? { ...period, to: on } : period)),
  }))

export const ground: Projection = (recorded) => {
  const { event, revision } = recorded
  switch (event.type) {
    case 'ContributorRegistered':
    case 'ContributorDescribed':
      return [
        put(contributor, event.contributor, {
          id: event.contributor,
          kind: event.kind,
          name: event.name,
          region: event.region ?? null,
          subregion: event.subregion ?? null,
          permanentMember: event.permanentMember ?? false,
          neighbours: event.neighbours ?? [],
          revision,
        }),
      ]
    case 'ContributorAffiliated':
      return [affiliate(event), bump(event.contributor, recorded)]
    case 'AffiliationEnded':
      return [endAffiliation(event.contributor, event.organisation, event.on), bump(event.contributor, recorded)]
    case 'CapacityFigureAdopted':
      return [
        put(capacityFigure, `${event.contributor}|${event.key}|${event.year}`, {
          contributor: event.contributor,
          figure: event.key,
          year: event.year,
          value: event.value,
          source: event.source,
        }),
        bump(event.contributor, recorded),
      ]
    case 'CapabilityDefined':
    case 'CapabilityRevised':
      return [
        put(capability, event.capability, {
          id: event.capability,
          name: event.name,
          category: event.category,
          dimension: event.dimension,
          measure: event.measure,
          unit: event.unit,
          typicalPersons: event.typicalPersons ?? null,
          divisible: event.divisible,
          monthValueUsd: event.monthValueUsd ?? null,
          source: event.source,
          revision,
        }),
      ]
    case 'ScaleAdopted':
    case 'ScaleCorrected':
      return [
        put(scale, event.scale, {
          id: event.scale,
          from: event.from,
          to: event.to,
          rates: event.rates,
          source: event.source,
          note: event.note ?? null,
        }),
      ]
    case 'PolicyAdopted':
      return [put(policy, event.policy, { id: event.policy, from: event.from, terms: event.terms, source: event.source })]
    case 'ExchangeRateRecorded':
      return [
        put(exchangeRate, `${event.currency}|${event.on}`, {
          currency: event.currency,
          on: event.on,
          centsPerMillion: event.centsPerMillion,
          source: event.source,
        }),
      ]
    default:
      return []
  }
}
