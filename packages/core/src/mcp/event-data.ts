const LINE_END = /\r\n|\r|\n/

/** The data of an event, its `data` lines joined (HTML standard, section 9.2.6); `undefined` if it has none. */
export const dataOf = (event: Buffer): string | undefined => {
  if (!event.includes('data')) return undefined
  const lines = linesOf(event).flatMap(line => dataLine(line) ?? [])
  return lines.length === 0 ? undefined : lines.join('\n')
}

/** The type of an event, `message` unless it says otherwise. */
export const typeOf = (event: Buffer): string => {
  const [line] = linesOf(event)
    .filter(text => text.startsWith('event:'))
    .slice(-1)
  return line?.slice(line.charCodeAt(6) === 32 ? 7 : 6) || 'message'
}

/** The event with other data, in one line; its other fields stay. */
export const withData = (event: Buffer, data: string): Buffer => {
  const others = linesOf(event).filter(line => line !== '' && dataLine(line) === undefined)
  return Buffer.from([...others, `data: ${data}`, '', ''].join('\n'))
}

/** A stream may begin with a byte order mark, which belongs to no field. */
const linesOf = (event: Buffer): string[] =>
  event
    .toString()
    .replace(/^\ufeff/, '')
    .split(LINE_END)

const dataLine = (line: string): string | undefined => {
  if (line === 'data') return ''
  return line.startsWith('data:') ? line.slice(line.charCodeAt(5) === 32 ? 6 : 5) : undefined
}
