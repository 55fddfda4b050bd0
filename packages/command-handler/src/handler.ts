/**
 * From commands to events in the log.
 *
 * Everything that arrives while the log is being written gathers in a queue; a wave takes from it, in order, whatever touches no
 * stream of a wave still under way, decides each stream's commands one after another on its state, and appends all streams at once: one
 * durable write for many commands. A command that names a record which an earlier one is just creating waits for that one.
 */
import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/ReadonlyArray.js'
import type { CommandAnswer } from '@muster/contracts/answers'
import { referencesOf, type Reference } from '@muster/contracts/commands'
import type { Append, AppendError, EventStore, Receipt, StoredReceipt } from '@muster/event-store/event-store'
import type { EventData } from '@muster/event-store/event'
import type { Clock, Instant } from '@muster/kernel/time'
import { rejected } from '@muster/kernel/rejection'
import { openCatalogue } from './catalogue.ts'
import { decideOne, type Decided } from './decide.ts'
import { answerFrom, conclusionOf } from './receipts.ts'
import { mayFound, prepare, type Prepared } from './prepare.ts'
import { openStreams, type Loaded } from './streams.ts'
import type { Refusal, Result, Submission } from './submission.ts'

export interface CommandHandler {
  /** Answers in the order of the submissions; each one is accepted, unchanged or refused on its own. */
  readonly handle: (submissions: ReadonlyArray<Submission>) => Promise<ReadonlyArray<Result>>
}

export interface CommandHandlerOptions {
  readonly store: EventStore
  readonly clock: Clock
  /** Streams whose state stays in memory, and capabilities whose measure does. */
  readonly cachedStreams?: number
}

/** One submission on its way; `settle` gives its answer to whoever waits. */
interface Job {
  readonly prepared: Prepared
  readonly settle: (result: Result) => void
}

const ATTEMPTS = 8

export const openCommandHandler = ({ store, clock, cachedStreams = 50_000 }: CommandHandlerOptions): CommandHandler => {
  const streams = openStreams(store, cachedStreams)
  const catalogue = openCatalogue(store, cachedStreams)
  const running = new Map<string, { readonly fingerprint: string; readonly answer: Promise<Result> }>()
  const busy = new Set<string>()
  let queue: Job[] = []
  let scheduled = false

  const handle = async (submissions: ReadonlyArray<Submission>): Promise<ReadonlyArray<Result>> => {
    const here = new Set<string>()
    return Promise.all(submissions.map((submission) => submit(submission, here)))
  }

  const submit = async (submission: Submission, here: Set<string>): Promise<Result> => {
    const preparation = prepare(submission)
    if (E.isLeft(preparation)) return preparation
    const prepared = preparation.right
    if (submission.dryRun === true) return rehearse(prepared)
    const same = running.get(prepared.id)
    if (same) {
      if (same.fingerprint !== prepared.fingerprint) return E.left({ _tag: 'KeyReused' })
      // A key given twice in one batch is a repeat and gets the first one's answer; from elsewhere it is a race.
      return here.has(prepared.id) ? same.answer : E.left({ _tag: 'InFlight' })
    }
    here.add(prepared.id)
    const answer = new Promise<Result>((settle) => queue.push({ prepared, settle })).finally(() => running.delete(prepared.id))
    running.set(prepared.id, { fingerprint: prepared.fingerprint, answer })
    schedule()
    return answer
  }

  /** Decides on the log as it stands, beside whatever is under way, and lets it be. */
  const rehearse = async (prepared: Prepared): Promise<Result> => {
    const { stream } = prepared
    try {
      await streams.catchUp(stream)
      const { verdicts } = await decideGroup(stream, [{ prepared, settle: () => undefined }], clock(), true)
      const [verdict] = verdicts
      const result =
        verdict === undefined ? E.left(unavailable('no verdict')) : resultOf(verdict, stream, await store.head(), undefined)
      return E.map((answer: CommandAnswer): CommandAnswer => ({ ...answer, eventIds: [], dryRun: true }))(result)
    } catch (error) {
      return E.left(unavailable(error))
    }
  }

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      const wave = nextWave()
      if (wave.length > 0) void run(wave)
    })
  }

  /** Takes what may go now, keeping the order within each stream; marks its streams as busy. */
  const nextWave = (): ReadonlyArray<Job> => {
    const wave: Job[] = []
    const later: Job[] = []
    const held = new Set<string>()
    const taken = new Set<string>()
    for (const job of queue) {
      const { stream, command } = job.prepared
      const waitsFor = (reference: Reference): boolean => {
        const name = streamOfReference(reference)
        return (
          name !== undefined && name !== stream && !streams.isKnown(name) && (busy.has(name) || held.has(name) || taken.has(name))
        )
      }
      if (busy.has(stream) || held.has(stream) || referencesOf(command).some(waitsFor)) {
        held.add(stream)
        later.push(job)
      } else {
        taken.add(stream)
        wave.push(job)
      }
    }
    for (const stream of taken) busy.add(stream)
    queue = later
    return wave
  }

  const run = async (wave: ReadonlyArray<Job>): Promise<void> => {
    const groups = Map.groupBy(wave, (job) => job.prepared.stream)
    try {
      await attempt(groups, 1)
    } catch (error) {
      for (const job of wave) {
        streams.forget(job.prepared.stream)
        job.settle(E.left(unavailable(error)))
      }
    } finally {
      for (const stream of groups.keys()) busy.delete(stream)
      if (queue.length > 0) schedule()
    }
  }

  /** Decides and appends; streams that moved under us are decided again on their new state. */
  const attempt = async (groups: ReadonlyMap<string, ReadonlyArray<Job>>, attempts: number): Promise<void> => {
    const at = clock()
    const decisions: GroupDecision[] = []
    for (const [stream, jobs] of groups) decisions.push(await decideGroup(stream, jobs, at, attempts > 1))

    const appending = decisions.filter((decision) => decision.append !== undefined)
    const outcomes = await store.appendAll(appending.flatMap(({ append }) => append ?? []))
    const again = new Map<string, ReadonlyArray<Job>>()
    for (const [index, decision] of appending.entries()) {
      const outcome = outcomes[index]
      // At another revision than we decided for: the same command was given elsewhere too, and lies in the log as it was decided there.
      const writtenElsewhere = outcome !== undefined && E.isRight(outcome) && outcome.right.revision !== decision.after.revision
      if (outcome === undefined || E.isLeft(outcome) || writtenElsewhere) {
        streams.forget(decision.stream)
        const isAway = outcome === undefined || (E.isLeft(outcome) && outcome.left._tag === 'StoreUnavailable')
        // After an unknown outcome the same ids are sent again: what was written is recognised by the store.
        if (attempts < ATTEMPTS && !isAway) again.set(decision.stream, decision.jobs)
        else settleAll(decision, undefined, failure(outcome, decision))
      } else {
        const verdicts = await keptVerdicts(decision)
        if (verdicts === undefined && attempts < ATTEMPTS) {
          streams.forget(decision.stream)
          again.set(decision.stream, decision.jobs)
        } else {
          streams.remember(decision.stream, decision.after)
          settleAll({ ...decision, verdicts: verdicts ?? decision.verdicts }, outcome.right.position)
        }
      }
    }
    const quiet = decisions.filter((decision) => decision.append === undefined)
    if (quiet.length > 0) await settleQuiet(quiet)
    if (again.size > 0) await attempt(again, attempts + 1)
  }

  /**
   * Decides the commands of one stream. A command that founds a stream is decided on the empty state without looking: the append
   * expects no stream and no answer under its key, and where that is wrong the store says so and it is decided `carefully`.
   * Where nothing is to be appended the store has no say, so a refusal or "already so" must rest on the log as it stands now.
   */
  const decideGroup = async (
    stream: string,
    jobs: ReadonlyArray<Job>,
    at: Instant,
    carefully: boolean,
  ): Promise<GroupDecision> => {
    const [first] = jobs
    const founds = !carefully && first !== undefined && mayFound(first.prepared.command.type) && !streams.isKnown(stream)
    let state = founds ? streams.fresh(stream) : await streams.load(stream)
    const before = state.revision
    const events: EventData[] = []
    const receipts: Receipt[] = []
    const verdicts: Verdict[] = []
    for (const job of jobs) {
      const { prepared } = job
      const earlier = founds ? undefined : await store.receiptOf(prepared.id)
      if (earlier) {
        verdicts.push({ job, repeat: earlier })
        continue
      }
      const unfit = (await firstMissing(prepared)) ?? (await catalogue.wrongUnit(prepared.command))
      const decided: Decided = unfit
        ? { _tag: 'Refused', refusal: unfit }
        : decideOne({ ...prepared, command: await catalogue.withMeasure(prepared.command) }, state, at)
      if (founds && decided._tag !== 'Accepted') return decideGroup(stream, jobs, at, true)
      if (decided._tag === 'Accepted') {
        state = decided.state
        events.push(...decided.events)
      }
      const conclusion = conclusionOf(decided, stream, state.revision, prepared.submission.correlationId)
      if (conclusion) receipts.push({ key: prepared.id, fingerprint: prepared.fingerprint, response: conclusion })
      verdicts.push({ job, decided, revision: state.revision })
    }
    const settledByLog = events.length > 0 || verdicts.every(({ repeat }) => repeat !== undefined)
    if (!settledByLog && (await streams.catchUp(stream)).revision !== before) return decideGroup(stream, jobs, at, true)
    const expected = before < 0 ? ({ _tag: 'NoStream' } as const) : ({ _tag: 'Exactly', revision: before } as const)
    const append: Append | undefined = isNonEmpty(events) ? { stream, expected, events, receipts } : undefined
    return { stream, jobs, verdicts, after: state, append, receipts }
  }

  /** What a nation may not see is as unknown to it as what does not exist. */
  const firstMissing = async ({ command, submission: { actor } }: Prepared): Promise<Refusal | undefined> => {
    for (const reference of referencesOf(command)) {
      const { kind, id, pointer } = reference
      const stream = streamOfReference(reference)
      if (stream === undefined) continue
      const known =
        kind === 'pledge' && actor.role === 'nation'
          ? (await streams.load(stream)).instance.owners().includes(actor.contributor ?? '')
          : await streams.exists(stream)
      if (!known)
        return rejected(`unknown-${kind}`, `There is no ${kind} "${id}"; register it first or correct the name.`, { pointer })
    }
    return undefined
  }

  const settleQuiet = async (quiet: ReadonlyArray<GroupDecision>): Promise<void> => {
    const receipts = quiet.flatMap((decision) => decision.receipts)
    if (receipts.length > 0) await store.recordReceipts(receipts)
    const head = await store.head()
    for (const decision of quiet) {
      streams.remember(decision.stream, decision.after)
      settleAll({ ...decision, verdicts: await Promise.all(decision.verdicts.map(asKept)) }, head)
    }
  }

  /**
   * What was answered beside the events of an append is kept with them, unless the same events had been written elsewhere before,
   * without these answers. Undefined: some answer was not kept, and its command must be decided again.
   */
  const keptVerdicts = async ({ verdicts, receipts }: GroupDecision): Promise<ReadonlyArray<Verdict> | undefined> => {
    const concluded = new Set(receipts.map(({ key }) => key))
    const isSilent = ({ job, decided }: Verdict): boolean =>
      decided !== undefined && decided._tag !== 'Accepted' && concluded.has(job.prepared.id)
    if (!verdicts.some(isSilent)) return verdicts
    const kept = await Promise.all(verdicts.map(async (verdict) => (isSilent(verdict) ? asKept(verdict) : verdict)))
    return kept.some(isSilent) ? undefined : kept
  }

  /** The same command may have been taken elsewhere meanwhile: the answer that was kept first stands. */
  const asKept = async (verdict: Verdict): Promise<Verdict> => {
    const { job, repeat } = verdict
    const kept = repeat ?? (await store.receiptOf(job.prepared.id))
    return kept === undefined ? verdict : { job, repeat: kept }
  }

  return { handle }
}

interface GroupDecision {
  readonly stream: string
  readonly jobs: ReadonlyArray<Job>
  readonly verdicts: ReadonlyArray<Verdict>
  readonly after: Loaded
  readonly append: Append | undefined
  readonly receipts: ReadonlyArray<Receipt>
}

type Verdict = { readonly job: Job } & (
  | { readonly decided: Decided; readonly revision: number; readonly repeat?: undefined }
  | { readonly repeat: StoredReceipt; readonly decided?: undefined }
)

/** A requirement lives inside its mission's stream: whether it is there is that mission's decider's business. */
const streamOfReference = ({ kind, id }: Reference): string | undefined => (kind === 'requirement' ? undefined : `${kind}-${id}`)

const settleAll = (decision: GroupDecision, position: number | undefined, failed?: Refusal): void => {
  for (const verdict of decision.verdicts) {
    verdict.job.settle(resultOf(verdict, decision.stream, position, failed))
  }
}

const resultOf = (verdict: Verdict, stream: string, position: number | undefined, failed: Refusal | undefined): Result => {
  if (verdict.repeat) return answerFrom(verdict.repeat, verdict.job.prepared.fingerprint)
  const { decided, revision } = verdict
  if (decided._tag === 'Refused') return E.left(decided.refusal)
  if (failed || position === undefined)
    return E.left(failed ?? { _tag: 'Unavailable', message: 'The log did not take the command; send it again.' })
  const answer: CommandAnswer = {
    outcome: decided._tag === 'Accepted' ? 'accepted' : 'unchanged',
    position,
    stream,
    revision,
    eventIds: decided._tag === 'Accepted' ? decided.events.map(({ id }) => id) : [],
  }
  return E.right(answer)
}

const unavailable = (cause: unknown): Refusal => ({
  _tag: 'Unavailable',
  message: cause instanceof Error ? cause.message : String(cause),
})

const NOT_TAKEN = 'The log did not take the command; nothing was written. Send it again with the same key.'

/** What the store said goes along: whoever answers tells a full disk from other trouble. */
const failure = (outcome: E.Either<AppendError, unknown> | undefined, decision: GroupDecision): Refusal => {
  if (outcome === undefined || E.isRight(outcome)) return { _tag: 'Unavailable', message: NOT_TAKEN }
  const { left } = outcome
  if (left._tag === 'RevisionConflict') return { _tag: 'Conflict', actual: decision.after.revision }
  const cause = left._tag === 'StoreUnavailable' && left.cause instanceof Error ? ` (${left.cause.message})` : ''
  return { _tag: 'Unavailable', message: `${NOT_TAKEN}${cause}` }
}
