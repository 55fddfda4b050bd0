/** The `muster` command. Standard output is the answer, standard error is progress; see `exit.ts` for the exit codes. */
import type { Context } from './context.ts'
import { EXIT } from './exit.ts'
import { runMuster } from './program.ts'

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

process.exitCode = await runMuster(process.argv.slice(2), context)
