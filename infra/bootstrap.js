// Runs on any Node ≥ 20 with nothing installed: brings node_modules in line with the lockfile, then hands over to the
// pinned Node 24 that npm installed. Usage: node infra/bootstrap.js ENTRY [arguments…]
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')

/** What npm says it has installed against what the lockfile wants; what is optional may be missing on this platform. */
const isInstalled = () => {
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
  try {
    const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'))
    const wanted = Object.entries(packagesOf(join(root, 'package-lock.json'))).filter(
      ([path, { optional }]) => path.startsWith('node_modules/') && !optional,
    )
    return wanted.every(([path, { version, link }]) => installed[path]?.version === version && installed[path]?.link === link)
  } catch {
    return false
  }
}

if (!isInstalled()) {
  process.stderr.write('Installing the locked dependencies (once, about half a minute) …\n')
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed. Check that this machine reaches an npm registry, then try again.\n')
    process.exit(1)
  }
}

const pinned = join(bin, 'node')
const node = existsSync(pinned) ? pinned : process.execPath
if (node === process.execPath && Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Muster needs Node 24 on this platform (found ${process.version}): no pinned Node is published for it. Install Node 24 and try again.\n`,
  )
  process.exit(1)
}

const child = spawn(node, process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
})
// npm does not pass every signal on; whoever stops us means the server. A signal that also reached the child does no harm there.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
