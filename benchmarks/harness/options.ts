import { parseArgs } from 'node:util'

/** How a run is meant. */
export interface Options {
  /** Names of scenarios; empty for all. */
  readonly only: readonly string[]
  readonly rounds: number
  /** Of load, for each variant in each round. */
  readonly seconds: number
  /** Of the load that is about what happens in the long run. */
  readonly soakSeconds: number
  /** Little of everything: to see that it runs. Results are not kept. */
  readonly quick: boolean
  /** Nothing is measured: RESULTS.md is written anew from the results. */
  readonly page: boolean
}

/** Reads the command line. @throws Error for what it does not know */
export const readOptions = (
  args: readonly string[],
  defaultRounds: (quick: boolean) => number = quick => (quick ? 1 : 5)
): Options & { readonly positionals: readonly string[] } => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false }
    }
  })
  const { only, quick, page } = values
  return {
    only,
    quick,
    page,
    rounds: positive('--rounds', values.rounds ?? String(defaultRounds(quick))),
    seconds: positive('--seconds', values.seconds ?? (quick ? '1' : '3')),
    soakSeconds: positive('--seconds', values.seconds ?? (quick ? '5' : '600')),
    positionals
  }
}

const positive = (name: string, text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} takes a whole number from 1; ${text} is none`)
  return number
}
