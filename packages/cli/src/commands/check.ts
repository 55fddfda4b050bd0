/** `muster check PROBLEM.json PLAN.json`: the stand-alone verifier on the command line. */
import { verify } from '@muster/verifier/verify'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { readDocument, type Terminal } from './documents.ts'

export interface CheckOptions {
  readonly json?: boolean
}

/** Exit code: 0 the plan is right, 2 a file or the problem cannot be used, 3 the plan is broken. The list goes to stdout. */
export const check = async (
  problemPath: string,
  planPath: string,
  options: CheckOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const problem = await readDocument(problemPath, terminal)
  if (problem._tag === 'Unreadable') return unreadable(terminal, problem.message)
  const plan = await readDocument(planPath, terminal)
  if (plan._tag === 'Unreadable') return unreadable(terminal, plan.message)
  const verdict = verify(problem.document, plan.document)
  if ('ok' in verdict) {
    terminal.stdout(options.json === true ? `${JSON.stringify({ ok: true })}\n` : 'the plan is right\n')
    return EXIT.ok
  }
  const { broken } = verdict
  const lines = broken.map(({ code, where, message }) => `${code} ${where}: ${message}\n`)
  terminal.stdout(options.json === true ? `${JSON.stringify({ ok: false, broken })}\n` : lines.join(''))
  terminal.stderr(`${broken.length} broken\n`)
  return broken.some(({ code }) => code === 'PROBLEM_SHAPE') ? EXIT.usage : EXIT.refused
}

const unreadable = ({ stderr }: Terminal, message: string): ExitCode => {
  stderr(`${message}\n`)
  return EXIT.usage
}

export const registerCheck = (program: Command, context: Context): void => {
  program
    .command('check')
    .description('verify a plan against its problem, without the optimiser')
    .argument('<problem>', 'problem document, - for stdin')
    .argument('<plan>', 'plan document, - for stdin')
    .option('--json', 'the findings as JSON')
    .action(async (problem: string, plan: string, options: CheckOptions) => {
      context.exit = await check(problem, plan, options, context)
    })
}
