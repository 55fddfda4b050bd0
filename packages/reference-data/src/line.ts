import type { BatchLine } from '@muster/contracts/commands'

/** A command of the project's own data. Its id follows from what it says, so that loading twice changes nothing. */
export const line = (id: string, type: string, data: Readonly<Record<string, unknown>>, effectiveAt?: string): BatchLine => ({
  id: `data:${id}`,
  type,
  data: { ...data },
  ...(effectiveAt === undefined ? {} : { effectiveAt }),
})
