import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FileLock } from '../src/file-lock.ts'
import { ownHolder } from '../src/lock-holder.ts'

const TIMES = { beatMs: 20, patienceMs: 500 }
const own = ownHolder()
/** Of a process that nobody here can look at, though it may even have our id and name. */
const elsewhere = { ...own, namespace: 'pid:[1]' }

const locked = (t: Test, content: unknown) => {
  const folder = t.testdir({})
  const lock = join(folder, '.audit.jsonl.lock')
  const put = (what: unknown): void => writeFileSync(lock, typeof what === 'string' ? what : JSON.stringify(what))
  put(content)
  return { lock, put, take: () => FileLock.take(join(folder, 'audit.jsonl'), TIMES) }
}

t.test('a lock whose process is gone is taken over at once', async t => {
  for (const gone of [{ pid: 4_000_000 }, { started: '1' }, { pid: 4_000_000, started: null }, { started: null }]) {
    const { lock, take } = locked(t, { ...own, ...gone })
    const taken = await take()
    t.not(readFileSync(lock, 'utf8'), JSON.stringify({ ...own, ...gone }))
    taken.release()
    t.notOk(existsSync(lock))
  }
})

t.test('a lock whose process is there is not', async t => {
  for (const there of [{}, { pid: process.ppid, started: null }]) {
    const { take } = locked(t, { ...own, ...there })
    await t.rejects(take(), {
      message: /is written by process \d+ on .+; give each process a file of its own/
    })
  }
})

t.test('one that cannot be looked at is taken over when it shows no sign of life', async t => {
  for (const silent of [elsewhere, { ...elsewhere, boot: 'another', host: 'another' }, '']) {
    const { lock, take } = locked(t, silent)
    const taken = await take()
    t.match(JSON.parse(readFileSync(lock, 'utf8')), { pid: process.pid, namespace: own.namespace })
    taken.release()
  }
})

t.test('and is left to a holder that touches it, of the same process id and name, too', async t => {
  const { lock, put, take } = locked(t, '')
  const holder = await take()
  // As one in another container would have written it.
  put(elsewhere)
  const beating = setInterval(() => put({ ...elsewhere }), TIMES.beatMs)
  t.teardown(() => clearInterval(beating))
  holder.release()
  await t.rejects(take(), { message: new RegExp(`is written by process ${process.pid} on ${own.host}`) })
  t.ok(existsSync(lock), 'nobody lets go of a lock that is not theirs')
})

t.test('who has a lock shows that it lives, and puts back one that was removed', async t => {
  const { lock, put, take } = locked(t, '')
  const holder = await take()
  const text = readFileSync(lock, 'utf8')
  put(text)
  const { mtimeMs } = statSync(lock)
  while (statSync(lock).mtimeMs === mtimeMs) await new Promise(resolve => setImmediate(resolve))
  rmSync(lock)
  while (!existsSync(lock)) await new Promise(resolve => setImmediate(resolve))
  t.equal(readFileSync(lock, 'utf8'), text)
  holder.release()
})

t.test('who was taken for dead writes no more', async t => {
  const { put, take } = locked(t, '')
  const holder = await take()
  holder.check()
  put(elsewhere)
  t.intercept(Date, 'now', { value: () => performance.timeOrigin + performance.now() + 60_000 })
  t.throws(() => holder.check(), /is written by another process, which took this one for dead/)
  put(own)
  t.throws(() => holder.check(), /restart to go on/, 'for good')
  holder.release()
})
