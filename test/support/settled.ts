import { setImmediate as turn } from 'node:timers/promises'

/** Waits, turn by turn of the event loop, until the condition holds; gives up after a hundred thousand turns. */
export const settled = async (holds: () => boolean, what: string): Promise<void> => {
  for (let i = 0; i < 100_000; i++) {
    if (holds()) return
    await turn()
  }
  throw new Error(`never came true: ${what}`)
}
