/** Whether a filter wants to see messages of a method. */
export type MethodTest = (method: string) => boolean

/** What a pattern may look like: a method, the methods below a prefix (`tools/*`), or all (`*`). */
const PATTERN = /^(?:\*|[A-Za-z_$][\w$/.-]*(?:\/\*)?)$/

/** The first of the patterns that is none. */
export const badPattern = (patterns: readonly unknown[]): unknown =>
  patterns.find(pattern => typeof pattern !== 'string' || !PATTERN.test(pattern))

/** Makes the test of a list of patterns. */
export const methodTest = (patterns: readonly string[]): MethodTest => {
  if (patterns.includes('*')) return () => true
  const exact = new Set(patterns)
  const prefixes = patterns.filter(pattern => pattern.endsWith('/*')).map(pattern => pattern.slice(0, -1))
  if (prefixes.length === 0) return method => exact.has(method)
  return method => exact.has(method) || prefixes.some(prefix => method.startsWith(prefix))
}
