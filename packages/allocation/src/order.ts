/** The one order of ids: UTF-16 code units, as RFC 8785 sorts keys. Locale never takes part. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compareText(a.id, b.id)
