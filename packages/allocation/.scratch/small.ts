import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { problems, ORACLE, ANYTHING } from '../../../test/allocation/problems.ts'
import { bestCoverage } from '../../../test/allocation/oracle.ts'
import { allocateNow } from '@muster/allocation/allocate'
import { verify } from '@muster/verifier/verify'
import { writeFileSync } from 'node:fs'
const n = Number(process.argv[2] ?? 300),
  seed = Number(process.argv[3] ?? 1)
const kinds: Record<string, number> = {}
let broken = 0
for (const [name, scope] of [
  ['anything', ANYTHING],
  ['oracle', ORACLE],
] as const) {
  let i = 0,
    sub = 0,
    badBound = 0,
    checked = 0
  const t = performance.now()
  let t2 = 0
  for (const p of fc.sample(problems(scope), { numRuns: n, seed })) {
    i += 1
    const s = performance.now()
    const r = allocateNow(p)
    t2 += performance.now() - s
    if (E.isLeft(r)) {
      console.log('left', JSON.stringify(r.left).slice(0, 300))
      continue
    }
    const v = verify(p, JSON.parse(JSON.stringify(r.right)))
    if (!('ok' in v)) {
      broken += 1
      for (const f of v.broken) kinds[f.code] = (kinds[f.code] ?? 0) + 1
      if (broken <= 6) {
        console.log(name, i, JSON.stringify(v.broken.slice(0, 3)))
        writeFileSync(`/tmp/bad${broken}.json`, JSON.stringify(p))
      }
    }
    if (name === 'oracle') {
      const best = bestCoverage(p)
      if (best === undefined) continue
      checked += 1
      let earlier = true
      for (const [k, tier] of r.right.tiers.entries()) {
        const b = BigInt(best.value[k]!)
        if (earlier && BigInt(tier.bound) < b) {
          badBound += 1
          writeFileSync(`/tmp/bound${badBound}.json`, JSON.stringify(p))
        }
        if (BigInt(tier.value) !== b) {
          if (earlier && BigInt(tier.value) > b) console.log('ABOVE ORACLE', i)
          if (earlier) {
            sub += 1
            writeFileSync(`/tmp/sub${sub}.json`, JSON.stringify(p))
          }
          earlier = false
        }
      }
    }
  }
  console.log(name, { i, checked, sub, badBound, broken, ms: Math.round(t2), total: Math.round(performance.now() - t) })
}
console.log(kinds)
