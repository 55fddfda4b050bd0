/** What is measured in a process of its own, so that its peak of memory is its own. Prints one JSON object. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { measureBalance } from './balance.ts'
import { measureChanges } from './changes.ts'
import { measureHistory } from './history-figures.ts'
import { measurePlan, peakMegabytes } from './plan.ts'
import { measureReference } from './reference.ts'

const Task = z.object({
  task: z.enum(['plan', 'reference', 'changes', 'balance', 'history']),
  scale: z.coerce.number().default(1),
  seed: z.coerce.number().default(1),
  grid: z.enum(['day', 'month']).default('day'),
  person: z.enum(['part', 'unit']).default('part'),
  mode: z.enum(['fast', 'default', 'exact']).default('default'),
})

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string' },
    seed: { type: 'string' },
    grid: { type: 'string' },
    person: { type: 'string' },
    mode: { type: 'string' },
  },
})
const { task, mode, ...instance } = Task.parse({ task: positionals[0], ...values })
const workers = availableParallelism()

const measured = async (): Promise<object> => {
  switch (task) {
    case 'plan':
      return measurePlan(instance, mode, workers)
    case 'reference':
      return measureReference(instance)
    case 'changes':
      return measureChanges(instance)
    case 'balance':
      return measureBalance(instance, workers)
    case 'history':
      return measureHistory(workers)
  }
}

const result = await measured()
process.stdout.write(`${JSON.stringify({ peakMegabytes: peakMegabytes(), ...result })}\n`)
