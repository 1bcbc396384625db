/** Something that was to be read from outside: there, or the reason why not. */
export type Reading<T> = { readonly value: T } | { readonly missing: string }

/** What was read, if it was. */
export const valueOf = <T>(reading: Reading<T>): T | undefined => ('value' in reading ? reading.value : undefined)
