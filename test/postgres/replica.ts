/** A reader in a process of its own: `replica.ts DATABASE`. It writes the position it sees, again and again. */
import { setTimeout } from 'node:timers/promises'
import { openPostgresReadModels } from '@muster/read-models/open'
import { clock } from './house.ts'

const readModels = await openPostgresReadModels({ connectionString: process.argv[2] ?? '' }, { clock })
for (;;) {
  process.stdout.write(`${await readModels.position()}\n`)
  await setTimeout(20)
}
