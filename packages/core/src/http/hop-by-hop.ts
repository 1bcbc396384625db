/**
 * Fields that end at the next hop (RFC 9110 section 7.6.1), beside those that `Connection` names. `proxy-*` are of the
 * connection between client and gateway; `expect` is answered here.
 */
export const HOP_BY_HOP: readonly string[] = [
  'connection',
  'expect',
  'keep-alive',
  'http2-settings',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
]

/** The fields that `Connection` names, in lower case, or `undefined` if it names none. */
export const connectionOptions = (lines: readonly string[]): ReadonlySet<string> | undefined => {
  let named: Set<string> | undefined
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i]!
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = lines[i + 1]!
    // What nearly all say, and it names none.
    if (value === 'keep-alive' || value === 'close') continue
    for (const part of value.split(',')) {
      const option = part.trim().toLowerCase()
      if (option === '' || option === 'close' || option === 'keep-alive') continue
      named ??= new Set()
      named.add(option)
    }
  }
  return named
}
