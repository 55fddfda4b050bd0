/** Exit codes that scripts rely on, and how an answer of the API becomes one. */
export const EXIT = { ok: 0, failure: 1, usage: 2, refused: 3, conflict: 4, notAllowed: 5 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const exitOf = (status: number): ExitCode => {
  if (status < 400) return EXIT.ok
  switch (status) {
    case 400:
      return EXIT.usage
    case 401:
    case 403:
      return EXIT.notAllowed
    case 404:
    case 422:
      return EXIT.refused
    case 409:
    case 412:
    case 428:
      return EXIT.conflict
    default:
      return EXIT.failure
  }
}
