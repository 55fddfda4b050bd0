/** UUIDs of version 5 (RFC 9562 §5.5), made with the one-shot hash of Node: several of them are made for every command. */
import { hash } from 'node:crypto'

/** A namespace, itself a UUID, from which names get their ids: the same name gives the same id. */
export const uuidNamespace = (namespace: string): ((name: string) => string) => {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  return (name) => {
    const hex = hash('sha1', Buffer.concat([prefix, Buffer.from(name, 'utf8')]), 'hex')
    const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
}
