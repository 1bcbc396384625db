import leven from 'leven'

/** The known name that was probably meant, if one is near. */
export const nearest = (written: string, known: readonly string[]): string | undefined => {
  const reach = Math.max(2, Math.floor(written.length / 3))
  const [best] = known
    .map(name => ({ name, distance: leven(written.toLowerCase(), name.toLowerCase(), { maxDistance: reach + 1 }) }))
    .filter(({ distance }) => distance <= reach)
    .toSorted((a, b) => a.distance - b.distance)
  return best?.name
}

/** "Did you mean x?", or the names that there are. */
export const suggestion = (written: string, known: readonly string[]): string => {
  const name = nearest(written, known)
  if (name !== undefined) return `Did you mean "${name}"?`
  return known.length === 0 ? 'It takes no keys.' : `Known: ${known.join(', ')}.`
}
