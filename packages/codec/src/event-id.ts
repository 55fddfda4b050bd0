/** Ids of events follow from the command that caused them, so that an append can always be repeated with the same bytes. */
import { v5 } from 'uuid'

/** Id of the event at `ordinal` (from 0) among those of one command; `commandId` is a UUID. */
export const eventId = (commandId: string, ordinal: number): string => v5(String(ordinal), commandId)
