/** What must hold at the end of every run, whatever failed on the way. Each check names what is wrong. */
import * as E from 'fp-ts/lib/Either.js'
import type { BatchAnswer } from '@muster/contracts/answers'
import { deadLettersTopic, eventsTopic } from '@muster/contracts/integration/topics'
import type { Result } from '@muster/command-handler/submission'
import type { RecordedEvent } from '@muster/event-store/event'
import { PARKED, parkingIn } from '@muster/subscription/parking'
import { settledAt } from '@muster/event-store/expected'
import { messageOf } from '../../../services/relay/src/message.ts'
import { withoutRepeats } from '../../../services/relay/src/testing.ts'
import { openAnswerOf } from '../../../services/intake/src/kafka/letters.ts'
import type { Account, Clients } from './clients.ts'
import { problemsOfPlanning } from './planning-invariants.ts'
import type { ServiceName } from './services.ts'
import type { World } from './world.ts'

export const eventsIn = async ({ log }: Pick<World, 'log'>): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: RecordedEvent[] = []
  for await (const page of log.readAll('start', { pageSize: 10_000, follow: false })) events.push(...page.events)
  return events
}

/** Revisions of every stream run from 0 without a gap, and no event is there twice. */
const contiguous = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> => {
  const next = new Map<string, number>()
  const ids = new Set<string>()
  const wrong: string[] = []
  for (const { stream, revision, id } of events) {
    if (revision !== (next.get(stream) ?? 0)) wrong.push(`${stream} goes from ${next.get(stream) ?? 0} to ${revision}`)
    next.set(stream, revision + 1)
    if (ids.has(id)) wrong.push(`event ${id} of ${stream} is in the log twice`)
    ids.add(id)
  }
  return wrong
}

/** A refusal that time can mend is not kept; every other answer is. */
const isKept = (result: Result): boolean =>
  E.isRight(result) || (result.left._tag === 'Rejected' && !result.left.code.startsWith('unknown-'))

/** What must be the same in every answer to a command. The position lies at its events or behind them: more was written with them, or since. */
const essence = (answer: BatchAnswer): string => JSON.stringify({ ...answer, position: undefined })

/** Every command has its events once, where its answer says; a repeat is answered like the first time; nothing acknowledged is missing. */
const answered = (world: World, clients: Clients, events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> => {
  const byCommand = Map.groupBy(events, ({ metadata }) => metadata.commandId)
  const ofOne = ({ given, id, answers, posted }: Account): ReadonlyArray<string> => {
    const wrong: string[] = []
    const results = posted > 0 ? clients.resultsOf(given) : []
    if (posted > 0 && results.length === 0) wrong.push(`${given.key} has no result on Kafka`)
    const kept = answers.filter(isKept).map((result) => openAnswerOf(given.key, result))
    const said = new Set([...kept, ...results.filter(isSettled)].map(essence))
    if (said.size > 1) wrong.push(`${given.key} was answered differently: ${[...said].join(' / ')}`)
    const written = byCommand.get(id) ?? []
    const streams = new Set(written.map(({ stream }) => stream))
    if (streams.size > 1) wrong.push(`${given.key} wrote to ${[...streams].join(', ')}`)
    for (const answer of [...kept, ...results]) {
      const expected = answer.outcome === 'accepted' ? answer.eventIds : []
      const there = written.map((event) => event.id)
      if (JSON.stringify(expected) !== JSON.stringify(there)) {
        wrong.push(`${given.key} was answered ${answer.outcome} with events [${expected?.join()}], the log has [${there.join()}]`)
      }
      const last = written.at(-1)
      if (
        answer.outcome === 'accepted' &&
        last &&
        ((answer.position ?? 0) < last.position || answer.revision !== last.revision)
      ) {
        wrong.push(
          `${given.key} was answered with position ${answer.position}, revision ${answer.revision}, its events end at ${last.position}, ${last.revision}`,
        )
      }
    }
    return wrong
  }
  return [...clients.accounts.values()].flatMap(ofOne)
}

/** Codes of refusals that rest on what is there at the moment. */
const PASSING_CODES = new Set(['not-found', 'not-allowed', 'invalid-command'])
const isSettled = ({ outcome, code = '' }: BatchAnswer): boolean =>
  outcome !== 'refused' || !(PASSING_CODES.has(code) || code.startsWith('unknown-'))

/** A consumer that drops repeats by `ce_id` has every event that is told, each key's in order; a repeat has the same bytes. */
const told = (world: World, events: ReadonlyArray<RecordedEvent>, parked: ReadonlyArray<string>): ReadonlyArray<string> => {
  const wrong: string[] = []
  const expected = new Map<string, number[]>()
  for (const event of events) {
    const message = messageOf(event, [])
    if (E.isRight(message) && message.right) expected.set(event.stream, [...(expected.get(event.stream) ?? []), event.revision])
  }
  let seen: ReadonlyMap<string, ReadonlyArray<number>> = new Map()
  try {
    seen = withoutRepeats(world.cluster.messages(eventsTopic.name))
  } catch (error) {
    wrong.push(String(error))
  }
  for (const stream of new Set([...expected.keys(), ...seen.keys()])) {
    const [should, did] = [expected.get(stream) ?? [], seen.get(stream) ?? []]
    // Of a stream that stands aside for good nothing more comes.
    const wanted = parked.includes(`relay ${stream}`) ? should.slice(0, did.length) : should
    if (wanted.join() !== did.join()) wrong.push(`of ${stream} a consumer has [${did.join()}] instead of [${should.join()}]`)
  }
  return wrong
}

/** The read model is what a cold rebuild makes of the log. */
const rebuilt = ({ register }: World, events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> => {
  const cold = Map.groupBy(events, ({ stream }) => stream)
  return [...new Set([...cold.keys(), ...register.rows.keys()])].flatMap((stream) => {
    const should = (cold.get(stream) ?? []).map(({ id }) => id)
    const is = register.rows.get(stream) ?? []
    return should.join() === is.join()
      ? []
      : [`the read model has ${is.length} events of ${stream}, a rebuild ${should.length}, or in another order`]
  })
}

/** Every message that is no command is among the dead letters. */
const putAside = ({ cluster }: World, clients: Clients): ReadonlyArray<string> => {
  const places = new Set(
    cluster
      .messages(deadLettersTopic.name)
      .map(
        ({ headers }) => `${headers['dead_letter_topic']}/${headers['dead_letter_partition']}/${headers['dead_letter_offset']}`,
      ),
  )
  return places.size === clients.poison() ? [] : [`${clients.poison()} poison messages, ${places.size} dead letters`]
}

export const SUBSCRIPTIONS = ['relay', 'register', 'planner', 'keeper'] as const
/** All whose streams may stand aside; the last is that of the read models' first generation. */
export const PARKING = [...SUBSCRIPTIONS, 'read-models-g1'] as const

/** Exactly what is expected to stand aside does. */
const aside = async ({ log, scheduler }: World, expected: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const parked: string[] = []
  for (const name of PARKING) {
    const streams = await parkingIn(log, name, scheduler.clock).parkedAt(settledAt(Number.MAX_SAFE_INTEGER))
    parked.push(...streams.map(({ stream }) => `${name} ${stream}`))
  }
  return parked.toSorted().join() === expected.toSorted().join()
    ? []
    : [`parked: [${parked.join()}] instead of [${expected.join()}]`]
}

/** Process managers meet no poison here: what time can mend must not need an officer. */
const parkedWithoutNeed = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> =>
  events
    .filter(({ stream, type }) => type === PARKED && (stream === 'subscription-keeper' || stream === 'subscription-planner'))
    .map(({ stream, data }) => `${stream} parked without need: ${JSON.stringify(data)}`)

/** `parked`: what stands aside for good, as `subscription stream`. */
export const brokenIn = async (
  world: World,
  clients: Clients,
  parked: ReadonlyArray<string> = [],
): Promise<ReadonlyArray<string>> => {
  const events = await eventsIn(world)
  const runs = (service: ServiceName): boolean => world.hosts.some((host) => host.service === service)
  return [
    ...contiguous(events),
    ...answered(world, clients, events),
    ...(runs('relay') ? told(world, events, parked) : []),
    ...(runs('projector') ? rebuilt(world, events) : []),
    ...putAside(world, clients),
    ...(await aside(world, parked)),
    ...parkedWithoutNeed(events),
    ...(runs('allocator') ? problemsOfPlanning(events) : []),
  ]
}
