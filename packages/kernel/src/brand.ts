/** A string or number that only its own parser may mint; the tag never exists at run time. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name }
