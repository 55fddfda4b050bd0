/** `muster allocate PROBLEM.json > PLAN.json`: the optimiser alone, on a document; no store, no network. */
import { availableParallelism } from 'node:os'
import { allocate as plan, type AllocateOptions, type Progress } from '@muster/allocation/allocate'
import { highsBackend } from '@muster/allocation-highs/backend'
import { InvalidArgumentError, Option, type Command } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { answerTo, isQuestion, type QuestionError, type Questions } from './allocate-questions.ts'
import { jsonPieces, readDocument, type Terminal } from './documents.ts'

export interface AllocateFlags extends Questions {
  /** The exact backend on everything that fits. */
  readonly exact?: boolean
  /** The own engine alone. */
  readonly fast?: boolean
  /** Threads; never changes the answer. */
  readonly workers?: number
}

/** Exit code: 0 with the plan (or the answer to a question) on stdout, 2 when a document cannot be read or contradicts itself. */
export const allocate = async (path: string, flags: AllocateFlags, terminal: Terminal): Promise<ExitCode> => {
  const read = await readDocument(path, terminal)
  if (read._tag === 'Unreadable') {
    terminal.stderr(`${read.message}\n`)
    return EXIT.usage
  }
  const onProgress = (progress: Progress): void => terminal.stderr(progressLine(progress))
  const answer = await withBackend(flags, onProgress, (options) =>
    isQuestion(flags) ? answerTo(read.document, flags, options, terminal) : plan(read.document, options)(),
  )
  if (E.isLeft(answer)) {
    terminal.stderr(`${sentence(answer.left)}\n`)
    return answer.left._tag === 'Cancelled' || answer.left._tag === 'WorkerFailed' ? EXIT.failure : EXIT.usage
  }
  for (const piece of jsonPieces(answer.right)) terminal.stdout(piece)
  return EXIT.ok
}

const withBackend = async <T>(
  { exact, fast, workers = availableParallelism() }: AllocateFlags,
  onProgress: (progress: Progress) => void,
  run: (options: AllocateOptions) => Promise<T>,
): Promise<T> => {
  if (fast === true) return run({ mode: 'fast', workers, onProgress })
  const mode = exact === true ? 'exact' : 'default'
  const backend = highsBackend({ workers, budget: mode })
  try {
    return await run({ mode, workers, backend, onProgress })
  } finally {
    await backend.close()
  }
}

const progressLine = ({ stage, done, total }: Progress): string => `\r${stage} ${done}/${total}${done === total ? '\n' : ''}`

const sentence = (error: QuestionError): string => {
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
    case 'UnusableFile':
      return error.message
  }
}

const count = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 64) throw new InvalidArgumentError('a whole number from 1 to 64')
  return number
}

const QUESTIONS = `
Questions beside the plan (each answers with one JSON document instead of the plan):
  --what-if CHANGES        the plan of the problem with the changes, and its difference from the plan without
                           CHANGES: {"format":"muster.changes/1","put":{"offers":[{"id":"P1","notIn":[]}]},
                           "drop":{"assets":["A9"]},"set":{"policy":{"slackPpm":1000}}}; a record of "put" is laid
                           over the one with its id, or added
  --repair PLAN            the plan carried over to the problem as it is now (with --what-if: to the problem with
                           those changes), few tours moved; the better plan apart, with its gains and moves
  --advice                 for every gap the changes that would close most of it, solved again, best first
  --policy-preview POLICIES  what policies make of the plan and which plans they lead to, for every contributor
                           POLICIES: {"format":"muster.policies/1","policies":[{"name":"population",
                           "capacity":{"NPL":{"personnel":29}},"slackPpm":0}]}
`

export const registerAllocate = (program: Command, context: Context): void => {
  program
    .command('allocate')
    .description('plan a problem document: the optimiser alone')
    .argument('<problem>', 'problem document, - for stdin')
    .addOption(new Option('--exact', 'the exact backend on every component it can hold').conflicts('fast'))
    .addOption(new Option('--fast', 'the own engine alone'))
    .addOption(new Option('--workers <n>', 'threads (all cores); never changes the answer').argParser(count))
    .addOption(new Option('--what-if <changes>', 'the difference some changes would make').conflicts(['advice', 'policyPreview']))
    .addOption(new Option('--repair <plan>', 'carry a plan over to the changed problem').conflicts(['advice', 'policyPreview']))
    .addOption(new Option('--advice', 'what would close the gaps').conflicts('policyPreview'))
    .addOption(new Option('--policy-preview <policies>', 'fairness policies side by side'))
    .option('--json', 'the answer is always JSON; accepted so that every command takes it')
    .addHelpText('after', QUESTIONS)
    .action(async (problem: string, flags: AllocateFlags) => {
      context.exit = await allocate(problem, flags, context)
    })
}
