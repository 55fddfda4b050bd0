/** `muster allocate PROBLEM.json > PLAN.json`: the optimiser alone, on a document; no store, no network. */
import { availableParallelism } from 'node:os'
import { allocate as plan, type AllocateOptions, type Progress } from '@muster/allocation/allocate'
import type { AllocationError } from '@muster/allocation/errors'
import { highsBackend } from '@muster/allocation-highs/backend'
import { Option, type Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { readDocument, type Terminal } from './documents.ts'

export interface AllocateFlags {
  /** The exact backend on everything that fits. */
  readonly exact?: boolean
  /** The own engine alone. */
  readonly fast?: boolean
}

/** Exit code: 0 with the plan on stdout, 2 when the problem cannot be read or contradicts itself. */
export const allocate = async (path: string, flags: AllocateFlags, terminal: Terminal): Promise<ExitCode> => {
  const read = await readDocument(path, terminal)
  if (read._tag === 'Unreadable') {
    terminal.stderr(`${read.message}\n`)
    return EXIT.usage
  }
  const answer = await answered(read.document, flags, (progress) => terminal.stderr(progressLine(progress)))
  if (E.isLeft(answer)) {
    terminal.stderr(`${sentence(answer.left)}\n`)
    return answer.left._tag === 'MalformedProblem' || answer.left._tag === 'RefusedProblem' ? EXIT.usage : EXIT.failure
  }
  terminal.stdout(`${JSON.stringify(answer.right)}\n`)
  return EXIT.ok
}

const answered = async (
  document: unknown,
  { exact, fast }: AllocateFlags,
  onProgress: NonNullable<AllocateOptions['onProgress']>,
) => {
  if (fast === true) return plan(document, { mode: 'fast', onProgress })()
  const mode = exact === true ? 'exact' : 'default'
  const backend = highsBackend({ workers: availableParallelism(), budget: mode })
  try {
    return await plan(document, { mode, backend, onProgress })()
  } finally {
    await backend.close()
  }
}

const progressLine = ({ stage, done, total }: Progress): string => `\r${stage} ${done}/${total}${done === total ? '\n' : ''}`

const sentence = (error: AllocationError): string => {
  switch (error._tag) {
    case 'MalformedProblem':
    case 'RefusedProblem':
      return [
        error._tag === 'RefusedProblem' ? `the problem is refused: ${error.code}` : 'the document is not a muster.problem/1',
        ...error.violations.map(({ pointer, message }) => `  ${pointer}: ${message}`),
      ].join('\n')
    case 'Cancelled':
      return 'cancelled'
    case 'WorkerFailed':
      return error.message
  }
}

export const registerAllocate = (program: Command, context: Context): void => {
  program
    .command('allocate')
    .description('plan a problem document: the optimiser alone')
    .argument('<problem>', 'problem document, - for stdin')
    .addOption(new Option('--exact', 'the exact backend on every component it can hold').conflicts('fast'))
    .addOption(new Option('--fast', 'the own engine alone'))
    .option('--json', 'the plan is always JSON; accepted so that every command takes it')
    .action(async (problem: string, flags: AllocateFlags) => {
      context.exit = await allocate(problem, flags, context)
    })
}
