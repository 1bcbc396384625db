/**
 * The value of a field among names and values in turn, as `Exchange.rawHeaders` has them; of one that stands several times
 * the values with `, ` between them (RFC 9110 section 5.2), `undefined` if there is none. `name` is in lower case. Where one
 * or two fields are of interest it costs a tenth of what `Exchange.headers` does, which is made when it is first asked for.
 */
export const fieldValue = (rawHeaders: readonly string[], name: string): string | undefined => {
  let value: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const each = rawHeaders[i]!
    if (each.length !== name.length || each.toLowerCase() !== name) continue
    value = value === undefined ? rawHeaders[i + 1]! : `${value}, ${rawHeaders[i + 1]!}`
  }
  return value
}
