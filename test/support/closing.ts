import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** What is needed of a test to start something for it: it closes what was started, and has a folder. */
export type Closing = Pick<Test, 'teardown' | 'testdir'>

/** Starts things without a test. What was started last is closed first. */
export const closing = (): { t: Closing; close(): Promise<void> } => {
  const closers: (() => unknown)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'))
  closers.push(() => rmSync(folder, { recursive: true }))
  const t: Closing = { teardown: (close: () => unknown) => void closers.push(close), testdir: () => folder }
  return {
    t,
    async close() {
      for (const close of closers.toReversed()) await close()
    }
  }
}
