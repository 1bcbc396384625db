import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fakeContext } from '@sluice/test-kit'
import t from 'tap'
import { readTrailSettings } from '../src/settings.ts'
import { verifyFiles } from '../src/reading/index.ts'
import { fill, privateKey, publicKey, startedTrail } from './support.ts'

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Record<string, unknown>)

t.test('a chain goes on where the last process has left it', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  for (let i = 0; i < 3; i++) {
    const trail = startedTrail({ file })
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
  const first = startedTrail({ file })
  fill(first, 2)
  first.close()
  truncateSync(file, statSync(file).size - 10)
  t.match(await verifyFiles([file]), {
    ok: true,
    chains: [{ records: 3, closed: false, torn: [{ line: 4, after: 3, recorded: false }] }]
  })
  const before = readFileSync(file, 'utf8')
  const second = startedTrail({ file })
  second.close()
  t.ok(readFileSync(file, 'utf8').startsWith(`${before}\n`), 'nothing was written over')
  const { ok, chains } = await verifyFiles([file])
  t.match({ ok, chains }, { ok: true, chains: [{ closed: true, torn: [{ line: 4, after: 3, recorded: true }] }] })
  const torn = before.slice(before.lastIndexOf('\n') + 1)
  writeFileSync(file, readFileSync(file, 'utf8').replace(torn, torn.replace('checkpoint', 'checkpoin')))
  t.equal((await verifyFiles([file])).ok, false, 'and what was torn cannot be changed either')
})

t.test('a record that lacks only its line feed is whole', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  startedTrail({ file }).close()
  truncateSync(file, statSync(file).size - 1)
  startedTrail({ file }).close()
  t.match(await verifyFiles([file]), { ok: true, chains: [{ records: 4, torn: [] }] })
})

t.test('a file that is none of ours, or was changed, is not continued', async t => {
  const folder = t.testdir({ 'other.log': 'a line\n', folder: {} })
  t.throws(() => startedTrail({ file: join(folder, 'other.log') }), /last line is no audit record/)
  t.throws(() => startedTrail({ file: join(folder, 'folder') }), /folder cannot be continued/)
  const file = join(folder, 'audit.jsonl')
  startedTrail({ file }).close()
  writeFileSync(file, readFileSync(file, 'utf8').replace('"stop"', '"stap"'))
  t.throws(() => startedTrail({ file }), /its last record, 2, was changed/)
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
    const trail = startedTrail(settings)
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
  const trail = startedTrail(settings)
  trail.close()
  t.match(linesOf(file)[0], {
    seq: Number(files.findLast(name => name !== file)!.slice(-16)) + 1
  })
  t.ok((linesOf(file)[0]!['seq'] as number) <= last, 'a file that was removed leaves a hole that no restart hides')
})

t.test('no more renamed files stay than are to be kept', async t => {
  const folder = t.testdir({})
  const trail = startedTrail({ file: join(folder, 'audit.jsonl'), rotate: { size: '4KiB', keep: 2 } })
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
  const lock = join(folder, '.audit.jsonl.lock')
  const trail = startedTrail({ file })
  t.throws(() => startedTrail({ file }), /another gateway of this process/)
  t.throws(() => startedTrail({ file: join(folder, 'link/audit.jsonl') }), /another gateway/, 'however it is spelled')
  trail.close()
  const holder = (more: object) =>
    writeFileSync(lock, JSON.stringify({ pid: 1, host: hostname(), started: null, ...more }))
  holder({})
  t.throws(() => startedTrail({ file }), /is written by process 1 on .*; give each process a file of its own/)
  holder({ host: 'elsewhere', pid: 4_000_000 })
  t.throws(() => startedTrail({ file }), /process 4000000 on elsewhere/, 'of another host nobody knows')
  writeFileSync(lock, '')
  t.throws(() => startedTrail({ file }), /is written by another process/)
  for (const gone of [{ pid: 4_000_000 }, { pid: process.pid }, { started: '1' }]) {
    holder(gone)
    startedTrail({ file }).close()
  }
  t.notOk(existsSync(lock))
})

t.test('two entries agree on a trail, and a reload may change it', async t => {
  const ctx = fakeContext({ directory: t.testdir({}) })
  const trail = startedTrail({ file: 'audit.jsonl' }, ctx)
  const defaults = {
    messages: true,
    arguments: 'none',
    redact: [],
    names: false,
    durable: false,
    onFull: 'refuse'
  } as const
  const other = readTrailSettings({ ...defaults, file: 'audit.jsonl', rotate: { size: '1MiB' } }, ctx.directory)
  t.throws(() => trail.want(ctx.configuration, other), {
    configPath: ['file'],
    message: /another checkpoint or rotate/
  })
  const reloaded = { hash: 'f'.repeat(64) }
  trail.want(reloaded, other)
  trail.start(reloaded, other)
  trail.start(reloaded, other)
  trail.close()
  t.match(linesOf(join(ctx.directory, 'audit.jsonl')), [
    { event: 'start', config: '0'.repeat(64) },
    { event: 'configuration', config: reloaded.hash },
    { event: 'stop', config: reloaded.hash }
  ])
})

t.test('what the schema cannot say is refused at its key', async t => {
  const directory = t.testdir({})
  const defaults = {
    messages: true,
    arguments: 'none',
    redact: [],
    names: false,
    durable: false,
    onFull: 'refuse'
  } as const
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
    const trail = startedTrail({ file }, ctx)
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
