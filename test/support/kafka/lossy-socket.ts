/** Sockets between a Kafka client and its broker that lose acknowledgements: the broker has written, the client never hears of it. */
import { connect } from 'node:net'
import type { ISocketFactory } from 'kafkajs'

const PRODUCE = 0
/** Of every request: 4 bytes of length, then 2 that say what it asks for. */
const KIND_AT = 4

export interface LossyLine {
  readonly socketFactory: ISocketFactory
  /** The next so many acknowledgements are lost, each with its connection. */
  lose: number
}

export const lossyLine = (): LossyLine => {
  const line: LossyLine = {
    lose: 0,
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port }, onConnect)
      const [write, emit] = [socket.write.bind(socket), socket.emit.bind(socket)]
      let asked: number | undefined
      return Object.assign(socket, {
        write: (data: Buffer, ...more: never[]) => {
          asked = data.readInt16BE(KIND_AT)
          return write(data, ...more)
        },
        emit: (event: string, ...more: unknown[]) => {
          if (event !== 'data' || asked !== PRODUCE || line.lose === 0) return Reflect.apply(emit, undefined, [event, ...more])
          line.lose -= 1
          // With an error: the client does not listen to a silent close and would wait for its timeout.
          socket.destroy(new Error('connection cut'))
          return true
        },
      })
    },
  }
  return line
}
