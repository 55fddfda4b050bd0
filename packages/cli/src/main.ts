/** The `muster` command. Standard output is the answer, standard error is progress; see `exit.ts` for the exit codes. */
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
import { EXIT } from './exit.ts'

const context: Context = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  clock: () => new Date().toISOString(),
  env: process.env,
  stdin: async () => {
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString('utf8')
  },
  exit: EXIT.ok,
}

// Whoever reads us may have had enough (`muster flags | head`): that is no failure.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
})

const program = new Command('muster')
  .description(
    'Resource and logistics allocation for peacekeeping: what is covered, by whom, until when; who carries more or less than a fair share.',
  )
  .showHelpAfterError('(muster help COMMAND shows every option)')
  .addHelpText(
    'after',
    `
Data folder: MUSTER_DATA, else .muster. A running server answers; without one the store is opened here.
Exit codes: 0 ok, 1 failure, 2 usage, 3 refused by a rule, 4 conflict, 5 not allowed.
Start with: npm start, then muster composition --mission UNMIL --month 2010-01`,
  )

for (const register of [
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
]) {
  register(program, context)
}
for (const command of withDescendants(program)) command.exitOverride()

try {
  await program.parseAsync()
  process.exitCode = context.exit
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = EXIT.failure
  }
}

function withDescendants(command: Command): ReadonlyArray<Command> {
  return [command, ...command.commands.flatMap(withDescendants)]
}
