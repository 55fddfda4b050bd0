/** The contract of every event store, on the protocol double; on a real server as well where `EVENTSTORE_URL` names one. */
import { eventStoreContract } from '@muster/event-store/contract'
import { startDouble } from '../../../test/support/esdb/double.ts'
import { freshNamespace, opened } from './testing.ts'

eventStoreContract('eventstoredb (double)', async () => {
  const double = await startDouble()
  double.log.appendSystemEvent()
  const options = { connectionString: double.connectionString, namespace: freshNamespace() }
  return { store: await opened(options), reopen: () => opened(options), dispose: () => double.stop() }
})

const url = process.env['EVENTSTORE_URL']
if (url !== undefined) {
  eventStoreContract('eventstoredb', async () => {
    const options = { connectionString: url, namespace: freshNamespace() }
    return { store: await opened(options), reopen: () => opened(options) }
  })
}
