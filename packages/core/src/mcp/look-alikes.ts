/** Names that decide something: as they are, and by what is left of them without regard to case, `_` and `-`. */
export interface KnownNames {
  readonly exact: ReadonlySet<string>
  readonly folded: ReadonlySet<string>
}

/** Makes the names known that {@link lookAlike} looks for. */
export const knownNames = (...names: readonly string[]): KnownNames => ({
  exact: new Set(names),
  folded: new Set(names.map(folded))
})

/**
 * The member of an object that some readers take for a known one: Go's `encoding/json` and others match names without
 * regard to case, by Unicode's folding (`ſ` is `s`, the Kelvin sign `k`); pydantic takes a field by its own name beside
 * its alias (`task_id` for `taskId`, `meta` for `_meta`). A gateway that overlooks `Name` while the upstream obeys it has
 * judged another message.
 */
export const lookAlike = (object: Readonly<Record<string, unknown>>, known: KnownNames): string | undefined => {
  for (const name in object) {
    if (!known.exact.has(name) && known.folded.has(folded(name)) && Object.hasOwn(object, name)) return name
  }
  return undefined
}

/** Whether a name is none of the known ones and looks like one, also for who overlooks blanks and what nobody sees. */
export const looksLike = (name: string, { exact, folded: known }: KnownNames): boolean =>
  !exact.has(name) && known.has(folded(name).replaceAll(/[^a-z/]/g, ''))

const folded = (name: string): string =>
  PLAIN.test(name) ? name : name.normalize('NFKC').toLowerCase().replaceAll(/[_-]/g, '')

/** Folded already, as nearly all names are. */
const PLAIN = /^[a-z0-9/.]*$/
