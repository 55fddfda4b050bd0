/** The `muster` command as a function: what it is given and how it ends, without a process of its own. */
import { Command, CommanderError } from 'commander'
import { registerAllocate } from './commands/allocate.ts'
import { registerCheck } from './commands/check.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerExercise } from './commands/exercise.ts'
import { registerExport } from './commands/export.ts'
import { registerGive } from './commands/give.ts'
import { registerImport } from './commands/import.ts'
import { registerMission } from './commands/mission.ts'
import { registerMove } from './commands/move.ts'
import { registerPlan } from './commands/plan.ts'
import { registerPledge } from './commands/pledge.ts'
import { registerReads } from './commands/read.ts'
import { registerReplay } from './commands/replay.ts'
import { registerStatus } from './commands/status.ts'
import { registerToken } from './commands/token.ts'
import { registerVerify } from './commands/verify.ts'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { EXIT, type ExitCode } from './exit.ts'

const registrations = [
  registerStatus,
  registerReads,
  registerPledge,
  registerMission,
  registerPlan,
  registerGive,
  registerImport,
  registerExport,
  registerToken,
  registerAllocate,
  registerCheck,
  registerReplay,
  registerVerify,
  registerMove,
  registerExercise,
  registerDoctor,
]

/** Every command with its help; for the tests of the examples too. */
export const programFor = (context: Context): Command => {
  const program = new Command('muster')
    .description(
      'Resource and logistics allocation for peacekeeping: what is covered, by whom, until when; who carries more or less than a fair share.',
    )
    .addHelpText(
      'after',
      `
Data folder: MUSTER_DATA, else .muster. A running server answers; without one the store is opened here.
Whoever may read the data folder acts as an officer; MUSTER_TOKEN makes it anybody else (muster token --role nation --contributor NPL).
Exit codes: 0 ok, 1 failure, 2 usage, 3 refused by a rule, 4 conflict, 5 not allowed.
Start with: npm start, then muster composition --mission UNMIL --month 2010-01`,
    )
  for (const register of registrations) register(program, context)
  for (const command of withDescendants(program)) {
    const shown = examples[pathOf(command)]
    if (shown !== undefined) command.addHelpText('after', `\nExamples:\n${shown.map((line) => `  muster ${line}\n`).join('')}`)
    command
      .exitOverride()
      .showHelpAfterError(`(muster help ${pathOf(command)} shows every option)`.replace('  ', ' '))
      .configureOutput({ writeOut: context.stdout, writeErr: context.stderr })
  }
  return program
}

const withDescendants = (command: Command): ReadonlyArray<Command> => [command, ...command.commands.flatMap(withDescendants)]

/** `pledge submit`; nothing for the program itself. */
const pathOf = (command: Command): string =>
  command.parent === null ? '' : [pathOf(command.parent), command.name()].filter((part) => part !== '').join(' ')

/** Runs one command line (without `node` and the script); what went wrong was told on the context's standard error. */
export const runMuster = async (args: ReadonlyArray<string>, context: Context): Promise<ExitCode> => {
  try {
    await programFor(context).parseAsync(args, { from: 'user' })
    return context.exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    context.stderr(`${error instanceof Error ? error.message : String(error)}\n`)
    return EXIT.failure
  }
}
