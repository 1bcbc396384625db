import type { Closing } from './closing.ts'

/** Sets variables of this process for as long as a test runs, where all others that begin with a prefix are not set. */
export const variables = (t: Closing, prefix: string, set: Readonly<Record<string, string>>): void => {
  const before = Object.entries(process.env).filter(([name]) => name.startsWith(prefix))
  const clear = (): void => {
    for (const name of Object.keys(process.env)) if (name.startsWith(prefix)) delete process.env[name]
  }
  clear()
  Object.assign(process.env, set)
  t.teardown(() => {
    clear()
    Object.assign(process.env, Object.fromEntries(before))
  })
}
