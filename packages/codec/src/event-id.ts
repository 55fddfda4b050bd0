/** Ids of events follow from the command that caused them, so that an append can always be repeated with the same bytes. */
import { uuidNamespace } from './uuid.ts'

/** Id of the event at `ordinal` (from 0) among those of one command; `commandId` is a UUID. */
export const eventId = (commandId: string, ordinal: number): string => uuidNamespace(commandId)(String(ordinal))

const own = uuidNamespace('6f1c2a5e-5b0c-4b5e-9d3f-3f0a8a1d7c10')

/** A UUID that follows from words: the same words give the same id. For commands that the engine gives to itself. */
export const derivedId = (...words: ReadonlyArray<string | number>): string => own(JSON.stringify(words))
