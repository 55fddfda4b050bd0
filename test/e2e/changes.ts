/** A reader of the live stream of changes (server-sent events), as a subscriber would write one. */
import { z } from 'zod'

const Item = z.looseObject({
  position: z.int(),
  id: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.int(),
  time: z.string(),
})

export interface Change {
  /** The `id:` of the event, which `Last-Event-ID` takes up again. */
  readonly id: string
  readonly type: string
  readonly item: z.output<typeof Item>
}

export interface Subscription {
  /** Resolves with everything received once `enough` says so; fails when that takes too long. */
  readonly until: (enough: (changes: ReadonlyArray<Change>) => boolean) => Promise<ReadonlyArray<Change>>
  readonly close: () => void
}

const field = (block: string, name: string): string | undefined =>
  block
    .split('\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2)

const changeOf = (block: string): ReadonlyArray<Change> => {
  const [id, type, data] = [field(block, 'id'), field(block, 'event'), field(block, 'data')]
  return id === undefined || type === undefined || data === undefined ? [] : [{ id, type, item: Item.parse(JSON.parse(data)) }]
}

const PATIENCE_MS = 30_000

export const subscribe = async (
  url: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Subscription> => {
  const controller = new AbortController()
  const response = await fetch(`${url}/v1/changes`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: controller.signal,
  })
  if (response.status !== 200 || response.body === null) throw new Error(`no stream: ${response.status} ${await response.text()}`)
  const received: Change[] = []
  let failed: string | undefined
  const wakers = new Set<() => void>()
  const wake = (): void => {
    for (const waker of wakers) waker()
  }
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = blocks.pop() ?? ''
      received.push(...blocks.flatMap(changeOf))
      wake()
    }
  }
  read(response.body).catch((error: unknown) => {
    failed = String(error)
    wake()
  })
  return {
    until: (enough) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          if (enough(received)) resolve([...received])
          else if (failed === undefined) return
          else reject(new Error(`the stream ended: ${failed}`))
          clearTimeout(timer)
          wakers.delete(finish)
        }
        const timer = setTimeout(() => {
          wakers.delete(finish)
          reject(new Error(`not enough changes: ${received.map(({ type }) => type).join(', ')}`))
        }, PATIENCE_MS)
        wakers.add(finish)
        finish()
      }),
    close: () => controller.abort(),
  }
}
