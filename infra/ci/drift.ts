/** Generates the contract documents anew and fails when the committed ones differ. */
import { execFileSync } from 'node:child_process'

execFileSync('npm', ['run', '--silent', 'contracts'], { stdio: ['ignore', 'inherit', 'inherit'] })
const changed = execFileSync(
  'git',
  ['status', '--porcelain', '--', 'contracts/generated', 'contracts/asyncapi.json', 'docs/settings.md'],
  {
    encoding: 'utf8',
  },
).trim()
if (changed !== '') {
  console.error(`Generated documents are out of date; run "npm run contracts" and commit:\n${changed}`)
  process.exit(1)
}
