/** `node services/intake/src/main.ts`: commands in, events to the log. */
import * as E from 'fp-ts/lib/Either.js'
import { settingsFrom } from '@muster/http/environment'
import { listen } from '@muster/http/listen'
import { shutDownOnSignal } from '@muster/http/shutdown'
import { IntakeEnvironment, openIntake } from './open.ts'

const clock = (): string => new Date().toISOString()

const start = async (): Promise<E.Either<string, string>> => {
  const settings = settingsFrom(IntakeEnvironment, process.env)
  if (E.isLeft(settings)) return settings
  const service = await openIntake(settings.right, clock)
  if (E.isLeft(service)) return service
  const { app, close } = service.right
  const address = await listen(app, { port: settings.right.MUSTER_PORT })
  if (E.isLeft(address)) await close()
  else shutDownOnSignal(app, close)
  return address
}

const started = await start()
if (E.isLeft(started)) {
  process.stderr.write(`${started.left}\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`intake is ready at ${started.right}\n`)
}
