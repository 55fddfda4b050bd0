/** `node test/support/esdb/main.ts PORT JOURNAL`: the protocol double as a process of its own, its log kept in a file. */
import { openJournal } from './journal.ts'
import { startDouble } from './double.ts'

const [port = '0', path = ''] = process.argv.slice(2)
const journal = openJournal(path)
const double = await startDouble({ log: journal.log, port: Number(port) })
process.stdout.write(`${double.connectionString}\n`)
process.once('SIGTERM', () => {
  void double.stop().then(() => {
    journal.close()
    process.exit(0)
  })
})
