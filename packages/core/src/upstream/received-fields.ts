/**
 * Names and values of a head as text, from the bytes that undici received. They are slices of what was read from the
 * socket, mostly of one read: then one conversion and a cut for each costs a third of a conversion for each.
 */
export const receivedFields = (raw: readonly Buffer[]): string[] => {
  const first = raw[0]
  if (first === undefined) return []
  const start = first.byteOffset
  const end = endOf(raw, first.buffer)
  if (end === undefined) return raw.map(part => part.toString('latin1'))
  const text = Buffer.from(first.buffer, start, end - start).toString('latin1')
  const fields: string[] = []
  for (const part of raw) fields.push(text.slice(part.byteOffset - start, part.byteOffset - start + part.length))
  return fields
}

/** Where slices of one memory end that follow one another; `undefined` if they are not that. */
const endOf = (raw: readonly Buffer[], memory: ArrayBufferLike): number | undefined => {
  let end = 0
  for (const part of raw) {
    if (part.buffer !== memory || part.byteOffset < end) return undefined
    end = part.byteOffset + part.length
  }
  return end
}
