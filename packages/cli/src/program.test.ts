import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import type { Context } from './context.ts'
import { examples } from './examples.ts'
import { programFor, runMuster } from './program.ts'

const told = { stdout: '', stderr: '' }
const context = (): Context => {
  told.stdout = ''
  told.stderr = ''
  return {
    stdout: (text) => void (told.stdout += text),
    stderr: (text) => void (told.stderr += text),
    clock: () => '2027-01-01T00:00:00.000Z',
    env: {},
    stdin: async () => '',
    exit: 0,
  }
}
const leaves = (command: Command): ReadonlyArray<Command> =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves)
const pathOf = (command: Command): string => (command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim())
/** Words of a line as a shell splits them. */
const words = (line: string): ReadonlyArray<string> =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? '')

describe('the help', () => {
  test('of every command says what it does, what each option means, and shows an example', () => {
    const commands = leaves(programFor(context())).filter((command) => command.name() !== 'help')
    expect(commands.map(pathOf).toSorted()).toEqual(Object.keys(examples).toSorted())
    for (const command of commands) {
      expect([pathOf(command), command.description()]).not.toEqual([pathOf(command), ''])
      for (const { flags, description } of command.options) expect([pathOf(command), flags, description]).not.toContain('')
      expect(command.options.map(({ long }) => long)).toContain('--json')
    }
  })

  test.each(Object.entries(examples).flatMap(([command, lines]) => lines.map((line) => [command, line] as const)))(
    'of %s shows what can be typed: %s',
    async (command, line) => {
      const program = programFor(context())
      let called = ''
      for (const leaf of leaves(program)) leaf.action(() => void (called = pathOf(leaf)))
      await program.parseAsync(words(line), { from: 'user' })
      expect(called).toBe(command)
    },
  )

  test('goes to standard output when it is asked for, and ends well', async () => {
    for (const args of [['--help'], ['help', 'composition'], ['pledge', 'submit', '--help'], ['move-log', '--help']]) {
      expect(await runMuster(args, context())).toBe(0)
      expect(told).toMatchObject({ stdout: expect.stringContaining('Usage: muster'), stderr: '' })
    }
    expect(await runMuster(['pledge', 'submit', '--help'], context())).toBe(0)
    expect(told.stdout).toContain('Examples:\n  muster pledge submit --contributor NPL')
  })

  test.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['composition'], "required option '--month <month>' not specified\n(muster help composition shows every option)"],
    [['flags', '--colour'], "unknown option '--colour'"],
    [['pledge', 'withdraw', 'P-1'], '(muster help pledge withdraw shows every option)'],
    [['pledge', 'submit', '--quantity', 'two'], 'It must be a whole number.'],
    [['export', 'everything'], 'Allowed choices are'],
    [['allocate', 'p.json', '--exact', '--fast'], 'cannot be used with'],
    [['token', '--role', 'king'], 'The role must be one of'],
    [['exercise', '--seed', '-1'], 'whole numbers above 0'],
  ])('is pointed to when %j is typed, on standard error, with exit code 2', async (args, said) => {
    expect(await runMuster([...args], context())).toBe(2)
    expect(told).toMatchObject({ stdout: '', stderr: expect.stringContaining(said) })
  })
})
