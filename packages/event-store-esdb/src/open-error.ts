/** Why a store could not be opened. `message` says in a sentence what to do. */
export type OpenError =
  | { readonly _tag: 'WrongSetting'; readonly message: string }
  | { readonly _tag: 'Unreachable'; readonly message: string; readonly cause: unknown }

export const wrongConnectionString = (cause: unknown): OpenError => ({
  _tag: 'WrongSetting',
  message: `The connection string cannot be read: ${reasonOf(cause)}. Give one like esdb://user:password@host:2113 or esdb://localhost:2113?tls=false.`,
})

export const noCredentials: OpenError = {
  _tag: 'WrongSetting',
  message:
    'The connection string names no user. Give esdb://user:password@host:2113; only a server without TLS (?tls=false) takes nobody.',
}

export const wrongNamespace = (namespace: string): OpenError => ({
  _tag: 'WrongSetting',
  message: `"${namespace}" cannot name a log. Use letters, digits, _ and - alone.`,
})

export const unreachable = (cause: unknown): OpenError => ({
  _tag: 'Unreachable',
  message: `EventStoreDB does not answer: ${reasonOf(cause)}. Check that it runs and that the connection string names it.`,
  cause,
})

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
