/** `muster verify`: proves from the log alone that it is whole, that every event can be read today, and that every plan is what it says. */
import type { Command } from 'commander'
import { digestOf } from '@muster/codec/canonical-json'
import { codecOf } from '@muster/codec/codec'
import { eventSchemas, type DomainEvent } from '@muster/contracts/events'
import type { RecordedEvent } from '@muster/event-store/event'
import { verify as verifyPlan } from '@muster/verifier/verify'
import { common, type Common, type Context } from '../context.ts'
import { withLog } from '../engines.ts'
import { EXIT } from '../exit.ts'

export interface Audit {
  readonly events: number
  readonly streams: number
  readonly plans: number
  /** One sentence each, with position and stream. */
  readonly findings: ReadonlyArray<string>
}

const codec = codecOf(eventSchemas)
const PAGE = 5_000

export const registerVerify = (program: Command, context: Context): void => {
  common(
    program.command('verify').description('check the whole log: order, completeness, readable events, plans that hold'),
  ).action((options: Common) =>
    withLog(context, options, async (log) => {
      const auditor = openAudit()
      try {
        for await (const page of log.readAll('start', { pageSize: PAGE, follow: false })) {
          for (const event of page.events) auditor.examine(event)
          if (page.events.length > 0) context.stderr(`\r${auditor.result().events} events`)
        }
      } finally {
        context.stderr('\n')
      }
      report(context, options, auditor.result())
    }),
  )
}

const report = (context: Context, options: Common, audit: Audit): void => {
  const { events, streams, plans, findings } = audit
  if (options.json) context.stdout(`${JSON.stringify(audit)}\n`)
  else {
    const verdict = findings.length === 0 ? 'everything holds' : `${findings.length} findings`
    context.stdout(`${events} events in ${streams} streams, ${plans} plans: ${verdict}\n`)
    for (const finding of findings) context.stdout(`  ${finding}\n`)
  }
  if (findings.length > 0) context.exit = EXIT.refused
}

/** Examines events in the order of the log. */
const openAudit = (): { readonly examine: (event: RecordedEvent) => void; readonly result: () => Audit } => {
  const revisions = new Map<string, number>()
  const findings: string[] = []
  let events = 0
  let plans = 0
  let position = 0
  let recordedAt = ''
  const find = (event: RecordedEvent, what: string): void =>
    void findings.push(`position ${event.position}, ${event.stream}@${event.revision} (${event.type}): ${what}`)

  const examine = (event: RecordedEvent): void => {
    events += 1
    const expected = (revisions.get(event.stream) ?? -1) + 1
    if (event.revision !== expected) find(event, `revision ${expected} was expected`)
    if (event.position <= position) find(event, `the position does not rise (${position} before)`)
    if (event.recordedAt < recordedAt) find(event, `recorded before its predecessor (${recordedAt})`)
    revisions.set(event.stream, event.revision)
    position = event.position
    recordedAt = event.recordedAt
    const decoded = codec.decode(event.type, event.data)
    if (decoded._tag === 'Malformed') find(event, `malformed: ${decoded.issues.join('; ')}`)
    if (decoded._tag === 'Known' && decoded.event.type === 'PlanComputed') {
      plans += 1
      for (const fault of faultsOf(decoded.event)) find(event, fault)
    }
  }
  return { examine, result: () => ({ events, streams: revisions.size, plans, findings }) }
}

const faultsOf = ({ problem, solution }: Extract<DomainEvent, { type: 'PlanComputed' }>): ReadonlyArray<string> => {
  const { digest, ...withoutDigest } = solution
  const verdict = verifyPlan(problem, solution)
  return [
    ...(digestOf(withoutDigest) === digest ? [] : ['the plan does not match its digest']),
    ...('broken' in verdict ? verdict.broken.map(({ code, message }) => `plan: ${code}: ${message}`) : []),
  ]
}
