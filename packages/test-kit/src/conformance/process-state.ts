/** What a module could change about the process that imports it. */
export interface ProcessState {
  readonly globals: ReadonlyMap<string, unknown>
  readonly listeners: ReadonlyMap<string, number>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly directory: string
  readonly exitCode: typeof process.exitCode
}

/** Takes down the state as it is. */
export const processState = (): ProcessState => ({
  globals: new Map(Object.getOwnPropertyNames(globalThis).map(name => [name, valueOf(name)])),
  listeners: new Map(process.eventNames().map(name => [String(name), process.listenerCount(name)])),
  environment: { ...process.env },
  directory: process.cwd(),
  exitCode: process.exitCode
})

/** What has changed since, in words. */
export const changesSince = (before: ProcessState): readonly string[] => {
  const now = processState()
  const globals = changed(before.globals, now.globals).map(name => `it sets the global ${name}`)
  const listeners = changed(before.listeners, now.listeners).map(name => `it listens for ${name} of process`)
  const variables = changed(new Map(Object.entries(before.environment)), new Map(Object.entries(now.environment)))
  return [
    ...globals,
    ...listeners,
    ...variables.map(name => `it sets the environment variable ${name}`),
    ...(now.directory === before.directory ? [] : ['it changes the working directory']),
    ...(now.exitCode === before.exitCode ? [] : ['it sets the exit code'])
  ]
}

const changed = (before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): readonly string[] =>
  [...new Set([...before.keys(), ...now.keys()])].filter(name => !Object.is(before.get(name), now.get(name)))

/** Node makes some globals when they are first looked at, and some cannot be looked at. */
const valueOf = (name: string): unknown => {
  try {
    return Reflect.get(globalThis, name) as unknown
  } catch {
    return undefined
  }
}
