/** The first start of a distributed set: the real history of `data/` through the batch route, as any other client would send it. */
import { z } from 'zod'
import type { BatchLine } from '@muster/contracts/commands'
import { realHistory } from '@muster/reference-data/history'
import { FIRST_PLAN_STREAM, requestFirstPlan, type Ask } from '../../services/all-in-one/src/summary.ts'

export interface Target {
  readonly url: string
  /** Of an officer. */
  readonly token: () => Promise<string>
  readonly say: (text: string) => void
}

const LINES_AT_ONCE = 5_000
const LOOK_EVERY_MS = 250
/** So long nothing is written before the flags count as settled. */
const REST_MS = 4_000
const PATIENCE_MS = 300_000

const Answer = z.looseObject({
  id: z.string(),
  outcome: z.enum(['accepted', 'unchanged', 'refused']),
  position: z.number().optional(),
})
const Feed = z.object({ items: z.array(z.object({ stream: z.string() })) })
const AsOf = z.object({ asOf: z.object({ position: z.number() }) })

export const askingAt =
  ({ url, token }: Target): Ask =>
  async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': `start:${path}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return answer.json()
  }

/** Answers with the last position; throws where a line is refused, which means that the data are not what they should be. */
const give = async ({ url, token }: Target, lines: ReadonlyArray<BatchLine>): Promise<number> => {
  const answer = await fetch(`${url}/v1/commands/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`The batch route answered ${answer.status}: ${text.slice(0, 500)}`)
  const answers = text
    .trim()
    .split('\n')
    .map((line) => Answer.parse(JSON.parse(line)))
  const refused = answers.find(({ outcome }) => outcome === 'refused')
  if (refused !== undefined) throw new Error(`A line of the data of this checkout was refused: ${JSON.stringify(refused)}`)
  return Math.max(...answers.map(({ position = 0 }) => position))
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const readableUpTo = async (ask: Ask, position: number): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const moment = AsOf.safeParse(await ask('GET', '/v1/missions?limit=1'))
    if (moment.success && moment.data.asOf.position >= position) return
    await pause(LOOK_EVERY_MS)
  }
  throw new Error(`The read models did not reach position ${position}; see the logs of the projector.`)
}

/** The allocator looks at the whole when the log rests, and writes what it finds: the board is true when nothing more is written. */
const quiet = async (ask: Ask): Promise<void> => {
  let [position, since] = [-1, performance.now()]
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline && performance.now() - since < REST_MS) {
    const moment = AsOf.safeParse(await ask('GET', '/v1/missions?limit=1'))
    if (moment.success && moment.data.asOf.position !== position) {
      position = moment.data.asOf.position
      since = performance.now()
    }
    await pause(LOOK_EVERY_MS)
  }
}

/** Nothing is loaded into a log that holds something else already. */
export const prepare = async (target: Target, data: string): Promise<void> => {
  const ask = askingAt(target)
  const parts = realHistory(data)
  const { items } = Feed.parse(await ask('GET', '/v1/events?limit=1'))
  const first = parts[0]?.lines[0]?.data['capability']
  if (items[0] !== undefined && items[0].stream !== `capability-${String(first)}`) return
  const plan = z
    .looseObject({ id: z.string() })
    .safeParse(await ask('GET', `/v1/plans/${FIRST_PLAN_STREAM.slice('plan-'.length)}`))
  if (plan.success) return
  const total = parts.reduce((sum, { lines }) => sum + lines.length, 0)
  let done = 0
  let position = 0
  for (const { name, lines } of parts) {
    for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
      const wave = lines.slice(start, start + LINES_AT_ONCE)
      position = Math.max(position, await give(target, wave))
      done += wave.length
      target.say(`\r${`Replaying the real history: ${done} of ${total} commands (${name})`.padEnd(96)}`)
    }
  }
  target.say('\nFolding it into the read models …\n')
  await readableUpTo(ask, position)
  target.say('Looking for imbalances, gaps and redundancies …\n')
  await quiet(ask)
  target.say('Balancing the reported strengths against the ceilings …\n')
  await requestFirstPlan(ask)
}
