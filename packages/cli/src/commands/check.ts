/** `muster check PROBLEM.json PLAN.json`: the stand-alone verifier on the command line. */
import { verify } from '@muster/verifier/verify'
import type { Command } from 'commander'
import { readDocument, systemIo, type Io } from './documents.ts'

const OK = 0
const USAGE = 2
const BROKEN = 3

export interface CheckOptions {
  readonly json?: boolean | undefined
}

/** Exit code: 0 the plan is right, 2 a file or the problem cannot be used, 3 the plan is broken. The list goes to stdout. */
export const check = async (problemPath: string, planPath: string, options: CheckOptions, io: Io): Promise<number> => {
  const problem = await readDocument(problemPath, io)
  const plan = problem._tag === 'Document' ? await readDocument(planPath, io) : problem
  if (problem._tag === 'Unreadable' || plan._tag === 'Unreadable') {
    io.err(`${plan._tag === 'Unreadable' ? plan.message : ''}\n`)
    return USAGE
  }
  const verdict = verify(problem.document, plan.document)
  if ('ok' in verdict) {
    io.out(options.json === true ? `${JSON.stringify({ ok: true })}\n` : 'the plan is right\n')
    return OK
  }
  const { broken } = verdict
  const lines = broken.map(({ code, where, message }) => `${code} ${where}: ${message}\n`)
  io.out(options.json === true ? `${JSON.stringify({ ok: false, broken })}\n` : lines.join(''))
  io.err(`${broken.length} broken\n`)
  return broken.some(({ code }) => code === 'PROBLEM_SHAPE') ? USAGE : BROKEN
}

export const registerCheck = (program: Command): void => {
  program
    .command('check')
    .description('verify a plan against its problem, without the optimiser')
    .argument('<problem>', 'problem document, - for stdin')
    .argument('<plan>', 'plan document, - for stdin')
    .option('--json', 'the findings as JSON')
    .action(async (problem: string, plan: string, options: CheckOptions) => {
      process.exitCode = await check(problem, plan, options, systemIo)
    })
}
