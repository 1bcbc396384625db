/** Where a value stands in the configuration: keys and indexes from the root. */
export type ConfigPath = readonly (string | number)[]

/** A path as people write it: `routes[0].filters[1].jwt-entra.audiences`. */
export const formatPath = (path: ConfigPath): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    if (!/^[\w-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`
    return text === '' ? part : `${text}.${part}`
  }, '')

/** A JSON pointer (RFC 6901), as ajv gives it, as a path into this value. */
export const parsePointer = (pointer: string, root: unknown): ConfigPath => {
  let value = root
  return pointer
    .split('/')
    .slice(1)
    .map(part => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const step = Array.isArray(value) ? Number(key) : key
      value = (value as Record<string | number, unknown> | undefined)?.[step]
      return step
    })
}
