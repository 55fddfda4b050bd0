/**
 * Runs every command that a document shows. A fenced block marked `sh` is executed line by line against a server that has prepared
 * the real history in a temporary data folder; `npm start` and `npm test` are CI's own steps.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../free-ports.ts'

/** Long or endless commands with steps or tests of their own. */
const ELSEWHERE = /^(npm start|npm test|npm run (start:distributed|bench|bench:allocation)\b|git clone|cd muster$)/

const documents = execFileSync('git', ['ls-files', 'README.md', 'docs/*.md'], { encoding: 'utf8' }).trim().split('\n')
const folder = mkdtempSync(join(tmpdir(), 'muster-documents-'))
const [port = 0] = await freePorts(1)
const env = { ...process.env, MUSTER_DATA: join(folder, 'data'), MUSTER_PORT: String(port) }

const server = spawn(process.execPath, ['services/all-in-one/src/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
let printed = ''
for await (const chunk of server.stdout.setEncoding('utf8')) {
  printed += String(chunk)
  if (printed.includes('Muster is ready at')) break
}

let failures = printed.includes('Muster is ready at') ? 0 : 1
for (const document of documents) {
  for (const command of commandsOf(readFileSync(document, 'utf8'))) {
    if (ELSEWHERE.test(command)) continue
    const run = spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: 120_000, env })
    const ok = run.status === 0
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${document}: ${command}`)
    if (!ok) {
      failures += 1
      console.log(run.stdout.slice(-2_000), run.stderr.slice(-2_000))
    }
  }
}
server.kill('SIGTERM')
if (server.exitCode === null) await once(server, 'exit')
rmSync(folder, { recursive: true, force: true })
process.exit(failures > 0 ? 1 : 0)

function commandsOf(markdown: string): ReadonlyArray<string> {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  return blocks.flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  )
}
