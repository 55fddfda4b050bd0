/** The protocol double in a process of its own, so that its work is not counted as the client's. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startDouble } from '../../support/esdb/double.ts'

export interface DoubleProcess {
  readonly connectionString: string
  readonly stop: () => Promise<void>
}

export const startDoubleProcess = async (): Promise<DoubleProcess> => {
  const child = fork(fileURLToPath(import.meta.url))
  const connectionString = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(typeof message === 'string' ? message : ''))
    child.once('exit', (code) => reject(new Error(`the double ended with ${code} before it was ready`)))
  })
  return {
    connectionString,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.disconnect()
      }),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send) {
  const double = await startDouble()
  process.send(double.connectionString)
  process.once('disconnect', () => void double.stop())
}
