import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Closing } from './closing.ts'

/** A folder that goes with the test. `t.testdir` empties its own at every call: two that start at once would share it. */
export const temporaryFolder = (t: Closing): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}
