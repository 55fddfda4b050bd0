/** The refusal of a host is a ban: what was accepted all the same, or before the host spoke, does not become firm. */
import { codecOf } from '@muster/codec/codec'
import { missionEvents } from '@muster/contracts/missions'
import { pledgeEvents } from '@muster/contracts/pledging'
import type { EventStore } from '@muster/event-store/event-store'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { hostConsents, mission } from '@muster/missions/mission'
import { owners, pledge } from '@muster/pledging/pledge'
import type { Proposal } from './reactions.ts'

type Store = Pick<EventStore, 'readStream'>

const missionCodec = codecOf(missionEvents)
const pledgeCodec = codecOf(pledgeEvents)

/** Why a commitment cannot stand: the host refuses its contributor, or another party of its pledge, on some day of its window. */
export const refusedByHost = async (store: Store, proposal: Proposal): Promise<Rejection | undefined> => {
  const state = await missionOf(store, proposal.mission)
  if (state.consents.length === 0) return undefined
  const parties = new Set([proposal.contributor, ...(await ownersOf(store, proposal.pledge))])
  const turns = state.consents.map((step) => step.from).filter((day) => proposal.from < day && day < proposal.to)
  for (const day of [proposal.from, ...turns.toSorted()]) {
    for (const contributor of parties) {
      if (hostConsents(state, contributor, day)) continue
      return rejected('host-refuses', `The host of ${proposal.mission} does not consent to ${contributor} on ${day}.`, {
        details: { mission: proposal.mission, contributor, day },
      })
    }
  }
  return undefined
}

const missionOf = async (store: Store, id: string) => {
  let state = mission.initial
  for await (const { type, data } of store.readStream(`mission-${id}`)) {
    const decoded = missionCodec.decode(type, data)
    if (decoded._tag === 'Known') state = mission.evolve(state, decoded.event)
  }
  return state
}

const ownersOf = async (store: Store, id: string): Promise<ReadonlyArray<string>> => {
  let state = pledge.initial
  for await (const { type, data } of store.readStream(`pledge-${id}`)) {
    const decoded = pledgeCodec.decode(type, data)
    if (decoded._tag === 'Known') state = pledge.evolve(state, decoded.event)
  }
  return owners(state)
}
