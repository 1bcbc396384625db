/** Names that decide something, by what is left of them without regard to case. */
export type KnownNames = ReadonlyMap<string, string>

/** Makes the names known that {@link lookAlike} looks for. */
export const knownNames = (...names: readonly string[]): KnownNames => new Map(names.map(name => [folded(name), name]))

/**
 * The member of an object that some readers take for a known one: Go's `encoding/json` and others match names without
 * regard to case, by Unicode's folding (`ſ` is `s`, the Kelvin sign `k`). A gateway that overlooks `Name` while the
 * upstream obeys it has judged another message.
 */
export const lookAlike = (object: Readonly<Record<string, unknown>>, known: KnownNames): string | undefined => {
  for (const name of Object.keys(object)) {
    const meant = known.get(folded(name))
    if (meant !== undefined && meant !== name) return name
  }
  return undefined
}

const folded = (name: string): string => (PLAIN.test(name) ? name : name.normalize('NFKC').toLowerCase())

/** Lower case already, as nearly all names are. */
const PLAIN = /^[a-z0-9_/.-]*$/
