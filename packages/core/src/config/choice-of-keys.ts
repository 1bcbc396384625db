interface Alternatives {
  readonly oneOf?: readonly { readonly required?: readonly string[] }[]
}

/** The keys among which a schema makes its reader choose: alternatives that each require one key and nothing else. */
export const choiceOfKeys = (schema: object = {}): readonly string[] | undefined => {
  const { oneOf = [] } = schema as Alternatives
  const keys = oneOf.map(({ required = [], ...more }) => (Object.keys(more).length === 0 ? required : []))
  return keys.every(({ length }) => length === 1) ? keys.flat() : undefined
}
