/**
 * kafkajs 2.2.4 keeps a connection whose requests are not answered in time (file `network/connection.js`), and stays cut off for ever where
 * the other end will never answer: a host that vanished behind a firewall, or a broker that was frozen, or had only begun to serve, when
 * the connection was made. In the last case the connection even counts as made although the broker never said which versions it speaks, and every request
 * from then on fails with "Broker not connected" however well the broker is again (file `broker/index.js`).
 *
 * With this wrapper a request that is not answered in time closes its connection, as Kafka's own clients do, and the next try begins on
 * a new one. The package is no longer maintained; the version is pinned, and a test fails when the method is not there any more.
 */
import kafkajs from 'kafkajs'
import Connection from 'kafkajs/src/network/connection.js'

export const mendSilentConnections = (): void => {
  const { send } = Connection.prototype
  Connection.prototype.send = async function sendOrClose(request: unknown): Promise<unknown> {
    const { socket } = this
    try {
      return await send.call(this, request)
    } catch (error) {
      // Several requests may time out at once: the first closes the connection, and what was opened since is left alone.
      if (error instanceof kafkajs.KafkaJSRequestTimeoutError && this.socket === socket && this.isConnected()) {
        this.rejectRequests(error)
        await this.disconnect()
        socket?.destroy()
      }
      throw error
    }
  }
}
