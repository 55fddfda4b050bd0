/** Ids that follow from what is already there, so that whatever is repeated gets the same id again. */
import { uuidNamespace } from '@muster/codec/uuid'
import type { Actor } from '@muster/kernel/actor'

const ofCommand = uuidNamespace('7f0c8f4e-6a35-5d0b-9a55-3a4be2c5a0d1')

/** Keys are the sender's own: two nations may use the same one. */
export const commandId = (actor: Actor, key: string): string => ofCommand(`${actor.role}\n${actor.contributor ?? ''}\n${key}`)
