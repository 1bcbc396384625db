/** Values without repetition, in an order that does not depend on how they were written down. */
export const sortedSet = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted()

/** A URI with and without a slash at its end: the two are one audience. */
export function slashSpellings(uri: string): readonly string[] {
  const bare = uri.endsWith('/') ? uri.slice(0, -1) : uri
  return [bare, `${bare}/`]
}
