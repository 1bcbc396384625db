import type { Plugin, SingletonContext } from '@sluice/plugin-api'

/** A singleton that lives where its user does, as in a gateway of one worker. */
export interface AskedSingleton {
  readonly ask: <Answer>(question: unknown) => Promise<Answer>
  readonly close: () => void
}

/** Makes a singleton of a plugin. @throws Error where the plugin has none of that name */
export function askSingleton(
  singletons: Plugin['singletons'],
  name: string,
  options: unknown,
  context: SingletonContext
): AskedSingleton {
  const make = singletons?.[name]
  if (make === undefined) throw new Error(`The plugin has no singleton ${name}: give fakeContext its singletons`)
  const singleton = make(options, context)
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a plugin asks and is answered is its own affair
    ask: async <Answer>(question: unknown) => (await singleton.answer(question, 1)) as Answer,
    close: () => void singleton.close?.()
  }
}
