/** Why a store could not be opened. `message` is one sentence that says what to do; the file was left as it was. */
export type OpenError =
  | { readonly _tag: 'AlreadyOpen'; readonly path: string; readonly pid: number | undefined; readonly message: string }
  | { readonly _tag: 'Damaged'; readonly path: string; readonly message: string }
  | { readonly _tag: 'NotAStore'; readonly path: string; readonly message: string }
  | { readonly _tag: 'WrongVersion'; readonly path: string; readonly found: number; readonly message: string }
  | { readonly _tag: 'Missing'; readonly path: string; readonly message: string }
  | { readonly _tag: 'CannotOpen'; readonly path: string; readonly message: string }

export const alreadyOpen = (path: string, pid: number | undefined): OpenError => ({
  _tag: 'AlreadyOpen',
  path,
  pid,
  message:
    `Another process${pid === undefined ? '' : ` (pid ${pid})`} has the store ${path} open for writing. ` +
    'Stop it first, send it the commands, or open the store read-only.',
})

export const damaged = (path: string, what: string): OpenError => ({
  _tag: 'Damaged',
  path,
  message: `The store ${path} is damaged (${what}). It was left untouched: keep a copy and restore it from a backup.`,
})

export const notAStore = (path: string): OpenError => ({
  _tag: 'NotAStore',
  path,
  message: `${path} is a database, but not an event store. Choose another path; it was left untouched.`,
})

export const wrongVersion = (path: string, found: number, known: number): OpenError => ({
  _tag: 'WrongVersion',
  path,
  found,
  message: `The store ${path} has format ${found}, this version reads format ${known}. Use the version that wrote it.`,
})

export const missing = (path: string): OpenError => ({
  _tag: 'Missing',
  path,
  message: `There is no store at ${path}. Check the path, or run npm start once to prepare it.`,
})

export const cannotOpen = (path: string, cause: unknown): OpenError => ({
  _tag: 'CannotOpen',
  path,
  message: `The store ${path} cannot be opened: ${reasonOf(cause)}. Check the path and its permissions.`,
})

export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
