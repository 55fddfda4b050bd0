import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import Broker from 'kafkajs/src/broker/index.js'
import Connection from 'kafkajs/src/network/connection.js'
import ConnectionPool from 'kafkajs/src/network/connectionPool.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mendSilentConnections } from './silent-connection.ts'

const theirs = Object.getOwnPropertyDescriptor(Connection.prototype, 'send') ?? {}
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const logger = { namespace: () => ({ ...quiet, namespace: () => quiet }) }

describe('a broker that accepts a connection and says nothing', () => {
  let mute: Server
  const accepted: Socket[] = []

  beforeEach(async () => {
    mute = createServer((socket) => accepted.push(socket))
    mute.listen(0, '127.0.0.1')
    await once(mute, 'listening')
  })
  afterEach(() => {
    Object.defineProperty(Connection.prototype, 'send', theirs)
    for (const socket of accepted.splice(0)) socket.destroy()
    mute.close()
  })

  const broker = (): Broker => {
    const address = mute.address()
    return new Broker({
      logger,
      connectionPool: new ConnectionPool({
        host: '127.0.0.1',
        port: typeof address === 'object' && address !== null ? address.port : 0,
        clientId: 'test',
        connectionTimeout: 100,
        requestTimeout: 100,
        enforceRequestTimeout: true,
        socketFactory: ({ host, port, onConnect }) => connect({ host, port }, onConnect),
        logger,
      }),
    })
  }

  test('counts as connected in the package as it is, and is never asked again', async () => {
    expect(theirs.value).toBeTypeOf('function')
    const cutOff = broker()
    await expect(cutOff.connect()).rejects.toThrow('timed out')
    expect(cutOff.isConnected()).toBe(true)
    await expect(cutOff.connect()).resolves.toBeUndefined()
    expect(accepted).toHaveLength(1)
    await cutOff.disconnect()
  })

  test('is asked again, on a new connection, once that is mended', async () => {
    mendSilentConnections()
    const asked = broker()
    await expect(asked.connect()).rejects.toThrow('timed out')
    expect(asked.isConnected()).toBe(false)
    await expect(asked.connect()).rejects.toThrow('timed out')
    expect(accepted).toHaveLength(2)
  })
})
