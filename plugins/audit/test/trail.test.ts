import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { fakeContext } from '@sluice/test-kit'
import t from 'tap'
import { FileSink } from '../src/file-sink.ts'
import { readTrailSettings } from '../src/settings.ts'
import { verifyFiles } from '../src/reading/index.ts'
import type { AuditConfig } from '../src/config.ts'
import { moveFile } from '../src/move-file.ts'
import { defaults, fill, intercepted, privateKey, publicKey, startedTrail } from './support.ts'

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Record<string, unknown>)

t.test('a chain goes on where the last process has left it', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  for (let i = 0; i < 3; i++) {
    const trail = await startedTrail({ file })
    fill(trail, 2)
    trail.close()
  }
  const { ok, chains } = await verifyFiles([file])
  t.match({ ok, chains }, { ok: true, chains: [{ records: 12, first: 1, last: { seq: 12 }, closed: true, torn: [] }] })
  t.equal(chains.length, 1)
  t.strictSame(
    linesOf(file).map(({ type, event }) => event ?? type),
    [
      'start',
      'decision',
      'decision',
      'stop',
      'start',
      'decision',
      'decision',
      'stop',
      'start',
      'decision',
      'decision',
      'stop'
    ]
  )
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.notOk(existsSync(join(file, '../.audit.jsonl.lock')))
})

t.test('a record that was torn stays, and the next start says so', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  const first = await startedTrail({ file })
  fill(first, 2)
  first.close()
  truncateSync(file, statSync(file).size - 10)
  t.match(await verifyFiles([file]), {
    ok: true,
    chains: [{ records: 3, closed: false, torn: [{ line: 4, after: 3, recorded: false }] }]
  })
  const before = readFileSync(file, 'utf8')
  const second = await startedTrail({ file })
  second.close()
  t.ok(readFileSync(file, 'utf8').startsWith(`${before}\n`), 'nothing was written over')
  const { ok, chains } = await verifyFiles([file])
  t.match({ ok, chains }, { ok: true, chains: [{ closed: true, torn: [{ line: 4, after: 3, recorded: true }] }] })
  const torn = before.slice(before.lastIndexOf('\n') + 1)
  writeFileSync(file, readFileSync(file, 'utf8').replace(torn, torn.replace('checkpoint', 'checkpoin')))
  t.equal((await verifyFiles([file])).ok, false, 'and what was torn cannot be changed either')
})

t.test('a first record that was torn behind a rotation does not begin the chain anew', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'audit.jsonl')
  const settings = { file, rotate: { size: '4KiB', keep: 2 } }
  const first = await startedTrail(settings)
  fill(first, 60)
  await first.flush()
  first.close()
  const before = linesOf(file)[0]!['seq'] as number
  for (let kill = 0; kill < 2; kill++) {
    // Twice: the start that goes on is torn, too.
    truncateSync(file, kill === 0 ? 50 : 120)
    const { chains } = await verifyFiles([file])
    t.equal(chains[0]!.records, 0)
  }
  const second = await startedTrail(settings)
  fill(second, 60)
  await second.flush()
  second.close()
  const { ok, chains } = await verifyFiles(readdirSync(folder).map(name => join(folder, name)))
  t.match({ ok, chains }, { ok: true, chains: [{ closed: true }] })
  t.ok(chains[0]!.last!.seq > before + 60)
  t.equal(readdirSync(folder).length, 3, 'and the newest stay')
})

t.test(
  'who is killed again and again while starting is started all the same, and all that was torn is told',
  async t => {
    const file = join(t.testdir({}), 'audit.jsonl')
    const first = await startedTrail({ file })
    fill(first, 2)
    first.close()
    const { size } = statSync(file)
    for (const torn of [10, 90]) {
      truncateSync(file, statSync(file).size - torn)
      const before = statSync(file).size
      const next = await startedTrail({ file })
      next.close()
      truncateSync(file, before + 100)
    }
    t.ok(statSync(file).size > size)
    const last = await startedTrail({ file })
    last.close()
    const { ok, chains } = await verifyFiles([file])
    t.match({ ok, chains }, { ok: true, chains: [{ closed: true, torn: [{ after: 3, recorded: true }] }] })
    writeFileSync(file, readFileSync(file, 'utf8').replace('{"seq":4', '{"seq":5'))
    t.equal((await verifyFiles([file])).ok, false, 'and none of the pieces can be changed')
  }
)

t.test('a process that was killed in the middle of a rotation leaves one file under one name', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'audit.jsonl')
  const settings = { file, rotate: { size: '4KiB' } }
  const first = await startedTrail(settings)
  fill(first, 20)
  await first.flush()
  first.close()
  rmSync(file)
  const [renamed = ''] = readdirSync(folder)
  linkSync(join(folder, renamed), file)
  const second = await startedTrail(settings)
  fill(second, 20)
  await second.flush()
  second.close()
  t.not(statSync(file).ino, statSync(join(folder, renamed)).ino)
  const { ok, chains } = await verifyFiles(readdirSync(folder).map(name => join(folder, name)))
  t.match({ ok, chains }, { ok: true, chains: [{ first: 1, closed: true }] })
  t.equal(chains.length, 1)
})

t.test('a file that was moved away is begun anew without a failure, and both can be verified', async t => {
  const folder = t.testdir({})
  const [file, moved] = [join(folder, 'audit.jsonl'), join(folder, 'moved')]
  const ctx = fakeContext()
  const trail = await startedTrail({ file, checkpoint: { every: 1000, key: privateKey } }, ctx)
  fill(trail, 2)
  await trail.flush()
  renameSync(file, moved)
  fill(trail, 2)
  await trail.synced()
  t.equal(trail.accepting, true)
  fill(trail, 2)
  trail.close()
  t.match(ctx.log.lines, [{ level: 'warn', message: /was removed or moved away/ }])
  const keys = [publicKey]
  t.match(await verifyFiles([moved, file], { keys }), { ok: true, chains: [{ first: 1, closed: true }] })
  t.match(await verifyFiles([file], { keys }), { ok: true, chains: [{ first: 4, closed: true, unsigned: 0 }] })
  writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'))
  t.equal((await verifyFiles([file], { keys })).ok, false, 'and its head cannot be cut off')
})

t.test('a record of which a piece is in a file that is moved away is whole in the next', async t => {
  // How much of the batch is written before the disk is full: in the middle of a record, at an end, and short of a line feed.
  const ends = [(first: number) => first + 40, (first: number) => first, (first: number) => first - 1]
  for (const [i, end] of ends.entries()) {
    const folder = t.testdir({})
    const [file, moved] = [join(folder, 'audit.jsonl'), join(folder, 'moved')]
    const trail = await startedTrail({ file, checkpoint: { every: 1000, key: privateKey } })
    await trail.flush()
    fill(trail, 3)
    const { write } = FileSink.prototype
    t.teardown(() => (FileSink.prototype.write = write))
    let writes = 0
    FileSink.prototype.write = async function (bytes) {
      if (writes++ > 0) throw new Error('ENOSPC')
      return write.call(this, bytes.subarray(0, end(bytes.indexOf(10) + 1)))
    }
    await t.rejects(trail.synced(), /ENOSPC/)
    FileSink.prototype.write = write
    renameSync(file, moved)
    while (!trail.accepting) await new Promise(resolve => setImmediate(resolve))
    trail.close()
    const torn = i === 0 ? [{ file: moved, line: 3, bytes: 40, after: 2, recorded: true }] : []
    const keys = [publicKey]
    t.match(await verifyFiles([moved, file], { keys }), {
      ok: true,
      chains: [{ first: 1, records: 6, closed: true, findings: [], torn }]
    })
    t.match(await verifyFiles([file], { keys }), { ok: true, chains: [{ closed: true, findings: [] }] })
    if (i > 0) continue
    writeFileSync(moved, readFileSync(moved, 'latin1').replace(/{"seq":3.*$/, '{"seq":3,"prev":"f'))
    t.equal((await verifyFiles([moved, file], { keys })).ok, false, 'and nothing else may stand there')
  }
})

t.test('a file is renamed where there are no hard links, too, and replaces none', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'audit.jsonl')
  intercepted(t, 'linkSync', () => {
    throw Object.assign(new Error('ENOTSUP'), { code: 'ENOTSUP' })
  })
  const trail = await startedTrail({ file, rotate: { size: '4KiB' } })
  fill(trail, 30)
  await trail.flush()
  t.equal(trail.accepting, true)
  trail.close()
  const files = readdirSync(folder)
  t.ok(files.length > 1)
  t.match(await verifyFiles(files.map(name => join(folder, name))), { ok: true, chains: [{ first: 1, closed: true }] })
  writeFileSync(file, '')
  const there = join(
    folder,
    files.find(name => name !== 'audit.jsonl')!
  )
  t.throws(() => moveFile(file, there), { code: 'EEXIST', message: /is there already/ })
})

t.test('an old file that cannot be removed is told of, and keeps no record from being written', async t => {
  const folder = t.testdir({})
  const ctx = fakeContext()
  const trail = await startedTrail({ file: join(folder, 'audit.jsonl'), rotate: { size: '4KiB', keep: 1 } }, ctx)
  mkdirSync(join(folder, 'audit.jsonl.0000000000000000'))
  fill(trail, 60)
  await trail.flush()
  t.equal(trail.accepting, true)
  trail.close()
  t.ok(ctx.log.lines.length > 0)
  t.match(ctx.log.lines[0], { level: 'error', message: 'an old file of the audit trail cannot be removed' })
  const names = readdirSync(folder).filter(name => !name.endsWith('0000'))
  t.equal(names.length, 2)
  t.match(await verifyFiles(names.map(name => join(folder, name))), { ok: true })
})

t.test('a link to what is not there yet is the name of that', async t => {
  const folder = t.testdir({
    deep: {},
    'link.jsonl': t.fixture('symlink', 'deep/one.jsonl'),
    'two.jsonl': t.fixture('symlink', 'link.jsonl'),
    'loop.jsonl': t.fixture('symlink', 'loop.jsonl'),
    'nowhere.jsonl': t.fixture('symlink', 'none/one.jsonl')
  })
  const trail = await startedTrail({ file: join(folder, 'two.jsonl') })
  for (const name of ['two.jsonl', 'link.jsonl', 'deep/one.jsonl'])
    await t.rejects(startedTrail({ file: join(folder, name) }), /deep\/one\.jsonl is written by another gateway/)
  trail.close()
  t.ok(statSync(join(folder, 'deep/one.jsonl')).size > 0)
  await t.rejects(startedTrail({ file: join(folder, 'loop.jsonl') }), {
    configPath: ['file'],
    message: /leads nowhere/
  })
  await t.rejects(startedTrail({ file: join(folder, 'nowhere.jsonl') }), {
    configPath: ['file'],
    message: /folder .*none is/
  })
})

t.test('a record that lacks only its line feed is whole', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  const first = await startedTrail({ file })
  first.close()
  truncateSync(file, statSync(file).size - 1)
  const second = await startedTrail({ file })
  second.close()
  t.match(await verifyFiles([file]), { ok: true, chains: [{ records: 4, torn: [] }] })
})

t.test('a file that is none of ours, or was changed, is not continued', async t => {
  const folder = t.testdir({ 'other.log': 'a line\n', folder: {} })
  await t.rejects(startedTrail({ file: join(folder, 'other.log') }), /last line is no audit record/)
  await t.rejects(startedTrail({ file: join(folder, 'folder') }), /folder cannot be continued/)
  const file = join(folder, 'audit.jsonl')
  const first = await startedTrail({ file })
  first.close()
  writeFileSync(file, readFileSync(file, 'utf8').replace('"stop"', '"stap"'))
  await t.rejects(startedTrail({ file }), /its last record, 2, was changed/)
  t.strictSame(
    readdirSync(folder).filter(name => name.endsWith('.lock')),
    []
  )
})

t.test('rotation keeps the chain, over restarts, and the files verify in any order', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'audit.jsonl')
  const settings = { file, rotate: { size: '4KiB' }, checkpoint: { every: 10, key: privateKey } }
  for (let i = 0; i < 2; i++) {
    const trail = await startedTrail(settings)
    fill(trail, 100)
    await trail.flush()
    trail.close()
  }
  const files = readdirSync(folder).map(name => join(folder, name))
  t.ok(files.length > 4)
  t.ok(files.every(name => statSync(name).size < 6000))
  const keys = [publicKey]
  for (const order of [files, files.toReversed()]) {
    const { ok, chains } = await verifyFiles(order, { keys })
    t.match({ ok, chains }, { ok: true, chains: [{ first: 1, closed: true, unsigned: 0 }] })
    t.equal(chains.length, 1)
  }
  const [first = '', second = ''] = files.filter(name => name !== file)
  t.match(await verifyFiles(files.filter(name => name !== second)), {
    ok: false,
    chains: [{ findings: [{ what: 'missing', message: /^records \d+ to \d+ are missing/ }] }]
  })
  const rest = await verifyFiles(files.filter(name => name !== first))
  t.equal(rest.ok, true)
  t.equal(rest.chains[0]!.first, Number(first.slice(-16)) + 1, 'the beginning may be gone, and is said to be')
  const last = rest.chains[0]!.last!.seq
  rmSync(file)
  const trail = await startedTrail(settings)
  trail.close()
  t.match(linesOf(file)[0], {
    seq: Number(files.findLast(name => name !== file)!.slice(-16)) + 1
  })
  t.ok((linesOf(file)[0]!['seq'] as number) <= last, 'a file that was removed leaves a hole that no restart hides')
})

t.test('no more renamed files stay than are to be kept', async t => {
  const folder = t.testdir({})
  const trail = await startedTrail({ file: join(folder, 'audit.jsonl'), rotate: { size: '4KiB', keep: 2 } })
  fill(trail, 200)
  await trail.flush()
  trail.close()
  const names = readdirSync(folder)
  t.equal(names.length, 3)
  t.match(await verifyFiles(names.map(name => join(folder, name))), { ok: true, chains: [{ closed: true }] })
})

t.test('a file has one writer', async t => {
  const folder = t.testdir({ link: t.fixture('symlink', '.') })
  const file = join(folder, 'audit.jsonl')
  const trail = await startedTrail({ file })
  await t.rejects(startedTrail({ file }), /another gateway of this process/)
  await t.rejects(startedTrail({ file: join(folder, 'link/audit.jsonl') }), /another gateway/, 'however it is spelled')
  trail.close()
  t.notOk(existsSync(join(folder, '.audit.jsonl.lock')))
})

t.test('two entries of a configuration agree on a trail', async t => {
  const ctx = fakeContext({ directory: t.testdir({}) })
  const trail = await startedTrail({ file: 'audit.jsonl' }, ctx)
  const other = readTrailSettings({ ...defaults, file: 'audit.jsonl', rotate: { size: '1MiB' } }, ctx.directory)
  t.throws(() => trail.wishes.want(ctx.configuration, other), {
    configPath: ['file'],
    message: /another checkpoint or rotate/
  })
  trail.close()
})

t.test('a reload is in force when what was there before is replaced, and never if it is refused', async t => {
  const ctx = fakeContext({ directory: t.testdir({}) })
  const trail = await startedTrail({ file: 'audit.jsonl' }, ctx)
  const reloaded = async (digit: string, more: Partial<AuditConfig>) => {
    const next = fakeContext({ configuration: { hash: digit.repeat(64) } })
    const settings = readTrailSettings({ ...defaults, file: 'audit.jsonl', ...more }, ctx.directory)
    trail.wishes.want(next.configuration, settings)
    for (let entry = 0; entry < 2; entry++)
      await trail.start({ configuration: next.configuration, settings, signal: next.signal })
    return next
  }
  const refused = await reloaded('e', { rotate: { size: '4KiB' } })
  refused.abort()
  fill(trail, 10)
  const served = await reloaded('f', { checkpoint: { every: 1000, key: privateKey } })
  fill(trail, 1)
  ctx.abort()
  fill(trail, 1)
  served.abort()
  const last = await reloaded('a', {})
  last.abort()
  trail.close()
  t.strictSame(
    linesOf(join(ctx.directory, 'audit.jsonl')).flatMap(({ event, config, key }) =>
      event === undefined ? [] : [[event, String(config)[0], key === null]]
    ),
    [
      ['start', '0', true],
      ['configuration', 'f', false],
      // Whoever is replaced without a successor has stopped: the next one need not wait.
      ['configuration', 'a', true],
      ['stop', 'a', true]
    ]
  )
})

t.test('what the schema cannot say is refused at its key', async t => {
  const directory = t.testdir({})
  const file = 'audit.jsonl'
  const refused: readonly [object, string[]][] = [
    [{ file: 'none/audit.jsonl' }, ['file']],
    [{ stdout: true, durable: true }, ['durable']],
    [{ stdout: true, rotate: { size: '1MiB' } }, ['rotate']],
    [{ file, rotate: { size: '1KiB' } }, ['rotate', 'size']],
    [{ file, messages: false, arguments: 'full' }, ['arguments']],
    [{ file, checkpoint: { every: '1ms', key: privateKey } }, ['checkpoint', 'every']],
    [{ file, checkpoint: { every: '1m', key: publicKey } }, ['checkpoint', 'key']],
    [{ file, checkpoint: { every: '1m', key: 'no key' } }, ['checkpoint', 'key']]
  ]
  for (const [config, configPath] of refused)
    t.throws(() => readTrailSettings({ ...defaults, ...config }, directory), { name: 'ConfigFault', configPath })
})

t.test(
  'while it cannot be written records stay, then they are counted, and the trail says how many it lacks',
  async t => {
    const folder = join(t.testdir({}), 'sub')
    mkdirSync(folder)
    const ctx = fakeContext()
    const file = join(folder, 'audit.jsonl')
    const trail = await startedTrail({ file }, ctx)
    fill(trail, 1)
    await trail.flush()
    renameSync(folder, `${folder}.away`)
    fill(trail, 1)
    await trail.flush()
    t.equal(trail.accepting, false)
    const line = 'x'.repeat(1024 * 1024)
    for (let i = 0; i < 20; i++) trail.record('outcome', `"type":"outcome","line":"${line}"`)
    t.equal(trail.record('decision', '"type":"decision"'), false, 'who decides is told')
    t.match(ctx.log.lines, [{ level: 'error', message: /cannot be written/ }])
    mkdirSync(folder)
    while (!trail.accepting) await new Promise(resolve => setImmediate(resolve))
    await trail.flush()
    trail.close()
    const { ok, chains } = await verifyFiles([join(`${folder}.away`, 'audit.jsonl'), file])
    t.equal(ok, true)
    t.equal(chains.length, 1)
    t.match(linesOf(file).at(-2), { type: 'summary', event: 'lost', count: 5 })
  }
)
