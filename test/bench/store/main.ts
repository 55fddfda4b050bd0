/** The store's figures alone: `node test/bench/store/main.ts [FOLDER]` */
import { tmpdir } from 'node:os'
import { storeFigures } from './figures.ts'

for (const { name, value, unit, ratio, reference, aim, met } of await storeFigures({ folder: process.argv[2] ?? tmpdir() })) {
  const compared = reference ? ` = ${ratio?.toFixed(2)} × ${reference.name} (${Math.round(reference.value)})` : ''
  const verdict = aim === null ? '' : ` aim ${aim}: ${met ? 'met' : 'missed'}`
  process.stdout.write(`${name}: ${Math.round(value)} ${unit}${compared}${verdict}\n`)
}
