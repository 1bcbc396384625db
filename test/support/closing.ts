import type { Test } from 'tap'

/** What is needed of a test to start something for it: it closes what was started. */
export type Closing = Pick<Test, 'teardown'>

/** Starts things without a test. What was started last is closed first. */
export const closing = (): { t: Closing; close(): Promise<void> } => {
  const closers: (() => unknown)[] = []
  const t: Closing = { teardown: (close: () => unknown) => void closers.push(close) }
  return {
    t,
    async close() {
      for (const close of closers.toReversed()) await close()
    }
  }
}
