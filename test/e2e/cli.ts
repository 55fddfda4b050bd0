/** `muster …` in this very process: what the binary runs, without the second that a process takes to begin. */
import type { Context } from '@muster/cli/context'
import { runMuster } from '@muster/cli/program'
import type { CommandOptions, Said } from './engine.ts'

export const say = async (args: ReadonlyArray<string>, { data, stdin = '', env = {} }: CommandOptions): Promise<Said> => {
  const told = { stdout: '', stderr: '' }
  const context: Context = {
    stdout: (text) => void (told.stdout += text),
    stderr: (text) => void (told.stderr += text),
    clock: () => new Date().toISOString(),
    env: { ...env, MUSTER_DATA: data },
    stdin: async () => stdin,
    exit: 0,
  }
  return { code: await runMuster(args, context), ...told }
}

/** The answer of a command with `--json` that must end well. */
export const sayJson = async (args: ReadonlyArray<string>, options: CommandOptions): Promise<unknown> => {
  const { code, stdout, stderr } = await say([...args, '--json'], options)
  if (code !== 0) throw new Error(`muster ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}
