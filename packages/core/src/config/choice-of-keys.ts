interface Alternatives {
  readonly oneOf?: readonly Alternative[]
  readonly anyOf?: readonly Alternative[]
}

interface Alternative {
  readonly required?: readonly string[]
}

/** The keys among which a schema makes its reader choose: alternatives that each require one key and nothing else. */
export const choiceOfKeys = (schema: object = {}): readonly string[] | undefined => {
  const { oneOf, anyOf = [] } = schema as Alternatives
  const keys = (oneOf ?? anyOf).map(({ required = [], ...more }) => (Object.keys(more).length === 0 ? required : []))
  return keys.every(({ length }) => length === 1) ? keys.flat() : undefined
}
