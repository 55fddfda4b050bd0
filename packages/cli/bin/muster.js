#!/usr/bin/env node
// npx and npm scripts find the pinned Node 24 by themselves; whoever starts this file with an older one is handed on to it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const pinned = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../src/main.ts')
} else if (existsSync(pinned)) {
  const { status } = spawnSync(pinned, process.argv.slice(1), { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  process.stderr.write(`Muster needs Node 24 (found ${process.version}). Run npm start in the clone once, or install Node 24.\n`)
  process.exitCode = 1
}
