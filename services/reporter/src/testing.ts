/** Words the reporter's tests are written in: synthetic messages of the events topic, and the report as a reader by hand would make it. */
import { createHash } from 'node:crypto'
import type { OutgoingMessage } from '@muster/broker/broker'
import { IntegrationHeaders, integrationSchemas, type IntegrationEvent } from '@muster/contracts/integration/events'
import type { Report } from './store.ts'

export interface Sequenced {
  readonly key: string
  readonly sequence: number
  readonly event: IntegrationEvent
}

/** As the relay sends it; checked against the contract. */
export const messageOf = ({ key, sequence, event: { type, data } }: Sequenced): OutgoingMessage => {
  const id = createHash('md5').update(`${key} ${sequence}`).digest('hex')
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${id.slice(0, 8)}-${id.slice(8, 12)}-4${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20)}`,
    ce_source: 'urn:muster:log',
    ce_type: type,
    ce_subject: key.slice(key.indexOf('-') + 1),
    ce_time: '2027-01-10T12:00:00.000Z',
    ce_dataschema: `urn:muster:schema:${type}`,
    ce_sequence: String(sequence),
    ce_sequencetype: 'Integer',
    ce_partitionkey: key,
    ce_position: '1',
    ce_correlationid: id,
    ce_causationid: id,
    ce_classification: type.endsWith('withheld.v1') ? 'confidential' : 'unclassified',
    'content-type': 'application/json',
  }
  IntegrationHeaders.parse(headers)
  integrationSchemas[type].parse(data)
  return { key, value: Buffer.from(JSON.stringify(data)), headers }
}

const terms = { ownReference: 'synthetic', from: '2027-03-01', to: '2028-03-01' }

export const submitted = (pledge: string, contributor: string, capability: string, quantity: number): IntegrationEvent => ({
  type: 'muster.pledge.submitted.v1',
  data: { pledge, contributor, capability, quantity, ...terms },
})

export const funded = (pledge: string, contributor: string, amount: string, currency: string): IntegrationEvent => ({
  type: 'muster.pledge.submitted.v1',
  data: { pledge, contributor, capability: 'FUNDING', amount: { amount, currency }, ...terms },
})

export const amended = (pledge: string, contributor: string, capability: string, quantity: number): IntegrationEvent => ({
  type: 'muster.pledge.amended.v1',
  data: { pledge, version: 2, changed: ['quantity'], terms: { contributor, capability, quantity, ...terms } },
})

export const withheld = (pledge: string): IntegrationEvent => ({ type: 'muster.pledge.withheld.v1', data: { pledge } })
export const withdrawn = (pledge: string): IntegrationEvent => ({
  type: 'muster.pledge.withdrawn.v1',
  data: { pledge, reason: 'synthetic', on: '2027-02-01' },
})

export const reported = (mission: string, contributor: string, month: string, men: number): IntegrationEvent => {
  const nobody = { men: 0, women: 0 }
  return {
    type: 'muster.strength.reported.v1',
    data: {
      mission,
      contributor,
      month,
      troops: { men, women: 1 },
      experts: nobody,
      formedPolice: nobody,
      individualPolice: nobody,
      source: 'synthetic',
      corrected: false,
    },
  }
}

type Pledged = Report['pledged'][number]

/** Sums of units by contributor and capability, from what each standing pledge offers at last. */
export const pledgedBy = (
  standing: Iterable<{ readonly contributor: string; readonly capability: string; readonly quantity: number }>,
): ReadonlyArray<Pledged> =>
  [...Map.groupBy(standing, ({ contributor, capability }) => `${contributor} ${capability}`)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [
            {
              contributor: first.contributor,
              capability: first.capability,
              currency: null,
              pledges: 1 + others.length,
              quantity: others.reduce((sum, { quantity }) => sum + quantity, first.quantity),
            },
          ],
    )
