import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FileWatch } from '../../src/files/file-watch.ts'

const unexpected = (error: unknown): void => {
  throw error
}

/** A file that is followed, the changes that were told, and a sentinel whose change is told after those of before. */
const scene = async (t: Test, first?: string) => {
  const folder = t.testdir({})
  const at = (name: string): string => join(folder, name)
  if (first !== undefined) writeFileSync(at('file'), first)
  writeFileSync(at('sentinel'), '0')
  const watch = new FileWatch(1)
  let changes = 0
  let seen = 0
  const stop = watch.follow(at('file'), () => void changes++, unexpected)
  t.teardown(stop)
  t.teardown(watch.follow(at('sentinel'), () => void seen++, unexpected))
  let rounds = 0
  /** Waits for as many changes, and then for two of another file, in which a change more would be told, as a rule. */
  const looked = async (atLeast = 0): Promise<number> => {
    while (changes < atLeast) await new Promise(resolve => setImmediate(resolve))
    for (let i = 0; i < 2; i++) {
      const before = seen
      writeFileSync(at('new'), String(++rounds))
      renameSync(at('new'), at('sentinel'))
      while (seen === before) await new Promise(resolve => setImmediate(resolve))
    }
    return changes
  }
  return { at, looked, stop, watch }
}

t.test('other bytes are told, however they came there, and the same bytes are not', async t => {
  const { at, looked } = await scene(t, 'one')
  t.equal(await looked(), 0)
  writeFileSync(at('file'), 'two')
  t.equal(await looked(1), 1, 'written in place')
  writeFileSync(at('other'), 'three')
  renameSync(at('other'), at('file'))
  t.equal(await looked(2), 2, 'renamed')
  writeFileSync(at('other'), 'three')
  renameSync(at('other'), at('file'))
  t.equal(await looked(2), 2, 'another file that says the same')
  utimesSync(at('file'), new Date(), new Date())
  t.equal(await looked(2), 2, 'touched')
})

t.test('a file that is not there may come, and one that is there may go', async t => {
  const { at, looked } = await scene(t)
  t.equal(await looked(), 0)
  writeFileSync(at('file'), 'one')
  t.equal(await looked(1), 1)
  rmSync(at('file'))
  t.equal(await looked(2), 2)
  t.equal(await looked(2), 2)
})

t.test('what is written at the same time as far as its file system tells, and as long, is told as well', async t => {
  const { at, looked } = await scene(t, 'one')
  const { atime, mtime } = statSync(at('file'))
  for (const [i, text] of ['two', 'six', 'ten'].entries()) {
    writeFileSync(at('file'), text)
    utimesSync(at('file'), atime, mtime)
    t.equal(await looked(), i + 1)
  }
})

t.test('a link that leads elsewhere is another file; a pipe and a folder are none', async t => {
  const { at, looked } = await scene(t)
  mkdirSync(at('a'))
  mkdirSync(at('b'))
  writeFileSync(at('a/file'), 'a')
  writeFileSync(at('b/file'), 'b')
  symlinkSync('a', at('..data'))
  symlinkSync('..data/file', at('file'))
  t.equal(await looked(1), 1)
  symlinkSync('b', at('..data_tmp'))
  renameSync(at('..data_tmp'), at('..data'))
  t.equal(await looked(2), 2)
  execFileSync('mkfifo', [at('pipe')])
  renameSync(at('pipe'), at('file'))
  t.equal(await looked(3), 3, 'it counts as gone, and nobody waits for it')
  rmSync(at('file'))
  mkdirSync(at('file'))
  t.equal(await looked(3), 3)
})

t.test('nothing is told once it is ended', async t => {
  const { at, looked, stop } = await scene(t, 'one')
  stop()
  writeFileSync(at('file'), 'two')
  t.equal(await looked(), 0)
})

t.test('what fails when it is told is told, and others are told all the same', async t => {
  const { at, looked, watch } = await scene(t, 'one')
  const failures: string[] = []
  const failed = (error: unknown): void => void failures.push((error as Error).message)
  const throws = (): void => {
    throw new Error('threw')
  }
  const rejects = async (): Promise<void> => Promise.reject(new Error('rejected'))
  for (const changed of [throws, rejects]) t.teardown(watch.follow(at('file'), changed, failed))
  writeFileSync(at('file'), 'two')
  t.equal(await looked(1), 1)
  t.strictSame(failures.toSorted(), ['rejected', 'threw'])
  writeFileSync(at('file'), 'three')
  t.equal(await looked(2), 2)
  t.equal(failures.length, 4, 'and again, the next time')
})
