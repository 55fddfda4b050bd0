/** Starts processes, starts those again that ended without being told to, and ends all of them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

export interface Program {
  readonly name: string
  /** Script and arguments, from the root of the checkout. */
  readonly script: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
}

export interface Supervisor {
  readonly start: (program: Program) => void
  readonly running: () => ReadonlyArray<{ readonly name: string; readonly pid: number }>
  /** Ends the latest first, each of them before the one it rests on. Says of whom it did not end well. */
  readonly stop: () => Promise<void>
}

export interface SupervisorOptions {
  /** Each program's output goes to a file of its name here. */
  readonly logs: string
  readonly root: string
  /** A program was started, or ended without being told to. */
  readonly onChange: (news: string) => void
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000
/** Whoever ran this long is given the first pause again. */
const STABLE_MS = 10_000
const PATIENCE_MS = 25_000

interface Running {
  readonly program: Program
  child: ChildProcess
  ended: Promise<void>
}

export const createSupervisor = ({ logs, root, onChange }: SupervisorOptions): Supervisor => {
  const programs = new Map<string, Running>()
  let stopping = false

  const launch = (program: Program, pauseMs: number): void => {
    const { name, script, environment } = program
    const log = openSync(join(logs, `${name}.log`), 'a')
    const child = spawn(process.execPath, [...script], {
      cwd: root,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    })
    closeSync(log)
    const startedAt = performance.now()
    const ended = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve()
        if (stopping) return
        onChange(`${name} ended (${signal ?? code}); it is started again`)
        const next = performance.now() - startedAt > STABLE_MS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
        setTimeout(() => {
          if (!stopping) launch(program, next)
        }, pauseMs)
      })
    })
    programs.set(name, { program, child, ended })
    onChange(`${name} started`)
  }

  const end = async ({ program: { name }, child, ended }: Running): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    await ended
    clearTimeout(hard)
    if (child.exitCode !== 0) onChange(`${name} did not end cleanly (${child.signalCode ?? child.exitCode})`)
  }

  return {
    start: (program) => launch(program, FIRST_PAUSE_MS),
    running: () =>
      [...programs].flatMap(
        ([
          name,
          {
            child: { pid },
          },
        ]) => (pid === undefined ? [] : [{ name, pid }]),
      ),
    stop: async () => {
      stopping = true
      for (const running of [...programs.values()].toReversed()) await end(running)
    },
  }
}
