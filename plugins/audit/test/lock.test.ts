import fs, {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { FileLock } from '../src/file-lock.ts'
import { ownHolder } from '../src/lock-holder.ts'
import { intercepted } from './support.ts'

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

t.test('a lock that cannot be read or removed is told of, and nothing spins', async t => {
  for (const [put, message] of [
    [(lock: string) => symlinkSync('nowhere', lock), /\.lock says of no process that it writes .+: remove it/],
    [(lock: string) => mkdirSync(lock), /\.lock, which says who writes the file, cannot be read \(EISDIR.+: remove it/]
  ] as const) {
    const { lock, take } = locked(t, '')
    rmSync(lock)
    put(lock)
    let turns = 0
    const turning = setInterval(() => turns++, 1)
    t.teardown(() => clearInterval(turning))
    await t.rejects(take(), { message })
    if (message.source.includes('no process')) t.ok(turns > 0, 'others have their turn')
  }
  const { take } = locked(t, { ...own, started: '1' })
  const restore = intercepted(t, 'renameSync', () => {
    throw Object.assign(new Error('EPERM: not permitted'), { code: 'EPERM' })
  })
  await t.rejects(take(), { message: /is of no process that runs and cannot be removed \(EPERM: .+: remove it/ })
  restore()
  const taken = await take()
  taken.release()
})

t.test('who has a lock shows that it lives without a descriptor to read it, too', async t => {
  const { lock, take } = locked(t, '')
  const holder = await take()
  utimesSync(lock, 1, 1)
  const restore = intercepted(t, 'openSync', () => {
    throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
  })
  while (statSync(lock).mtimeMs === 1000) await new Promise(resolve => setImmediate(resolve))
  restore()
  holder.check()
  holder.release()
})

t.test('of two that find a lock stale, the second puts back what the first has put there', async t => {
  for (const links of [true, false]) {
    const { lock, put, take } = locked(t, { ...own, started: '1' })
    const { renameSync } = fs
    if (!links)
      intercepted(t, 'linkSync', () => {
        throw Object.assign(new Error('EPERM'), { code: 'EPERM' })
      })
    const restore = intercepted(t, 'renameSync', (from, to) => {
      restore()
      put(elsewhere)
      renameSync(from, to)
    })
    await t.rejects(take(), { message: /is taken by another process that starts just now/ })
    t.strictSame(JSON.parse(readFileSync(lock, 'utf8')), elsewhere)
    t.strictSame(readdirSync(join(lock, '..')), ['.audit.jsonl.lock'])
  }
})

t.test('who has lost a lock at once does not write a first record', async t => {
  const { put, take } = locked(t, '')
  const holder = await take()
  put(elsewhere)
  t.throws(() => holder.check(), /is written by another process/)
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
