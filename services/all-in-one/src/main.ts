/** `npm start`: prepares the store on first use, serves, and says where to look. */
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { CommandHandler } from '@muster/command-handler/handler'
import { tokensWith, secretOf } from '@muster/http/tokens'
import { settingsFrom } from '@muster/http/environment'
import { listen } from '@muster/http/listen'
import { shutDownOnSignal } from '@muster/http/shutdown'
import { realHistory, type HistoryPart } from '@muster/reference-data/history'
import { AllInOneEnvironment, type AllInOneSettings } from './environment.ts'
import { hasBegun, historyState, load } from './first-use.ts'
import { openMuster, type Muster } from './open.ts'
import { FIRST_PLAN_STREAM, requestFirstPlan, summaryOf, type Ask } from './summary.ts'

const REAL_DATA = resolve(import.meta.dirname, '../../../data')
/** Where this machine reaches it, on whatever address it listens. */
const LOOPBACK = '127.0.0.1'
const clock = (): string => new Date().toISOString()
const say = (text: string): void => void process.stderr.write(text)
const giveUp = (message: string): never => {
  say(`${message}\n`)
  process.exit(1)
}

const settings = settingsFrom(AllInOneEnvironment, process.env)
if (E.isLeft(settings)) giveUp(settings.left)
else await start(settings.right)

async function start({ MUSTER_PORT: port, MUSTER_HOST: host, MUSTER_DATA, MUSTER_LOG: log }: AllInOneSettings): Promise<void> {
  const data = resolve(MUSTER_DATA)
  let prepared = false
  const opened = await openMuster({
    data,
    mode: 'write',
    clock,
    log,
    ready: () => ({ name: 'preparation', ok: prepared, detail: prepared ? 'done' : 'loading the real history' }),
  })
  if (E.isLeft(opened)) return giveUp(opened.left)
  const muster = opened.right
  const address = await listen(muster.app, { port, host })
  if (E.isLeft(address)) {
    await muster.close()
    return giveUp(address.left)
  }

  const url = `http://${LOOPBACK}:${port}`
  const serverFile = join(data, 'server.json')
  shutDownOnSignal(muster.app, async () => {
    await rm(serverFile, { force: true })
    await muster.close()
  })
  await prepare(muster, await asOfficer(muster, data))
  prepared = true
  await writeFile(serverFile, `${JSON.stringify({ url, pid: process.pid })}\n`)
  process.stdout.write(await summaryOf(await asOfficer(muster, data), url))
  process.stdout.write(`Muster is ready at ${url}\n`)
}

/** Questions to the very routes that everybody asks. */
async function asOfficer({ app }: Muster, data: string): Promise<Ask> {
  const token = await tokensWith(await secretOf(data), clock).issue({ role: 'officer', ttlSeconds: 3_600 })
  if (E.isLeft(token)) throw new Error(`No local token could be issued: ${token.left._tag}`)
  const authorization = `Bearer ${token.right}`
  return async (method, url, body) => {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization, 'idempotency-key': `start:${url}` },
      ...(body === undefined ? {} : { payload: body }),
    })
    return answer.json()
  }
}

/** The real history on a store that has none yet, its flags, and a plan over it. */
async function prepare({ store, handler, engine }: Muster, ask: Ask): Promise<void> {
  const projected = async (): Promise<void> => void (await engine?.waitFor(await store.head(), 120_000))
  // Reading the files takes longer than all else of a later start, so it comes last.
  if (await hasBegun(store, FIRST_PLAN_STREAM)) return projected()
  const parts = realHistory(REAL_DATA)
  const state = await historyState(store, parts)
  if (state === 'foreign') return projected()
  const started = performance.now()
  if (state === 'due') await loadHistory(handler, parts)
  await projected()
  say('Looking for imbalances, gaps and redundancies …\n')
  await engine?.settleFlags()
  say('Balancing the reported strengths against the ceilings …\n')
  await requestFirstPlan(ask)
  await projected()
  say(`Prepared in ${((performance.now() - started) / 1000).toFixed(1)} s; it is kept, and the next start takes seconds.\n`)
}

async function loadHistory(handler: CommandHandler, parts: ReadonlyArray<HistoryPart>): Promise<void> {
  const loaded = await load({
    handler,
    parts,
    onProgress: ({ part, done, total }) =>
      say(`\r${`Replaying the real history: ${done} of ${total} commands (${part})`.padEnd(96)}`),
  })
  say('\n')
  if (E.isLeft(loaded)) giveUp(`The data of this checkout could not be loaded: ${loaded.left}`)
}
