/** An attribute as OTLP has it. */
export interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Attributes as a plain object; one key twice is an error. */
export const readAttributes = (pairs: readonly KeyValue[] = []): Record<string, unknown> => {
  const read = Object.fromEntries(
    pairs.map(({ key, value }) => [key, 'intValue' in value ? Number(value['intValue']) : Object.values(value)[0]])
  )
  if (Object.keys(read).length !== pairs.length) throw new Error('an attribute stands twice')
  return read
}
