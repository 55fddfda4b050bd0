/** The adapter's figures alone: `node test/bench/esdb/main.ts` */
import { esdbFigures } from './figures.ts'

for (const { name, value, unit, ratio, reference, aim, met } of await esdbFigures({ events: 2_000, turns: 3 })) {
  const compared = reference ? ` = ${ratio?.toFixed(2)} × ${reference.name} (${Math.round(reference.value)})` : ''
  const verdict = aim === null ? '' : ` aim ${aim}: ${met ? 'met' : 'missed'}`
  process.stdout.write(`${name}: ${Math.round(value)} ${unit}${compared}${verdict}\n`)
}
