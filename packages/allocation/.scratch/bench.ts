import * as E from 'fp-ts/lib/Either.js'
import { syntheticProblem } from '../../../test/bench/allocation/synthetic.ts'
import { readProblem } from '@muster/allocation/problem'
import { compile } from '@muster/allocation/compile'
import { coverComponent } from '@muster/allocation/coverage'
import { viewOf } from '@muster/allocation/search/view'
import { relaxedBound } from '@muster/allocation/flow/relaxed'
import { isDivisible } from '@muster/allocation/flow/divisible'
import { Schedule } from '@muster/allocation/search/schedule'
const scale = Number(process.argv[2] ?? 1),
  seed = Number(process.argv[3] ?? 1),
  grid = (process.argv[4] ?? 'day') as 'day' | 'month'
let t = performance.now()
const lap = (s: string) => {
  console.log(s, Math.round(performance.now() - t), 'ms', Math.round(process.memoryUsage().rss / 1e6), 'MB')
  t = performance.now()
}
const doc = syntheticProblem({ scale, seed, grid })
lap('generate')
const r = readProblem(doc)
if (E.isLeft(r)) {
  console.log(JSON.stringify(r.left).slice(0, 500))
  process.exit(1)
}
lap('read')
const model = compile(r.right)
lap('compile')
console.log({
  lines: model.lines.length,
  offers: model.offers.length,
  pairs: model.pairs.count,
  components: model.components.length,
  largest: Math.max(...model.components.map((c) => c.pairs.length)),
})
let div = 0,
  rel = 0,
  own = 0,
  tot = 0
const v = model.tiers.map(() => 0),
  b = model.tiers.map(() => 0)
const worst: any[] = []
for (const c of model.components) {
  const view = viewOf(model, c)
  const s0 = performance.now()
  relaxedBound(view)
  const s1 = performance.now()
  rel += s1 - s0
  const cov = coverComponent(model, c)
  const s2 = performance.now()
  if (isDivisible(view)) div += s2 - s1
  else own += s2 - s1
  const val = new Schedule(view, cov.tours).values()
  let gap = 0,
    sum = 0
  for (const k of model.tiers.keys()) {
    v[k]! += val[k]!
    b[k]! += cov.bound.locked[k]!
    gap += cov.bound.locked[k]! - val[k]!
    sum += cov.bound.locked[k]!
  }
  worst.push([Math.round(s2 - s1), c.pairs.length, c.lines.length, ((100 * gap) / sum).toFixed(2), isDivisible(view), gap])
}
lap('cover')
console.log({ relaxed: rel | 0, divisible: div | 0, own: own | 0 })
console.log(
  v,
  b,
  v.map((x, k) => ((100 * (b[k]! - x)) / b[k]!).toFixed(3)),
  'total gap %',
  (100 * (1 - v.reduce((a, x) => a + x, 0) / b.reduce((a, x) => a + x, 0))).toFixed(4),
)
console.log(worst.sort((a, b) => b[5] - a[5]).slice(0, 12))
