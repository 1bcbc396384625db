import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { describeVerification, type VerifyOptions, verifyFiles } from '../src/reading/index.ts'
import { fill, forgedLine, privateKey, publicKey, startedTrail } from './support.ts'

const keys = [publicKey]

type Fields = Readonly<Record<string, unknown>>

/** A chain of ten records and the checkpoints around them, changed by the test. */
const tampered = async (
  t: Test,
  change: (lines: string[]) => readonly string[] | string,
  options: VerifyOptions = {}
) => {
  const file = join(t.testdir({}), 'audit.jsonl')
  const trail = await startedTrail({ file, checkpoint: { every: 4, key: privateKey } })
  fill(trail, 10)
  trail.close()
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const changed = change(lines)
  writeFileSync(file, typeof changed === 'string' ? changed : changed.map(line => `${line}\n`).join(''))
  const found = await verifyFiles([file], options)
  return {
    ok: found.ok,
    chain: found.chains[0]!,
    said: describeVerification(found),
    findings: found.chains[0]!.findings.map(({ what, line, seq }) => [what, line, seq])
  }
}

t.test('what was not touched is verified', async t => {
  const { ok, chain, said } = await tampered(t, lines => lines, { keys })
  t.equal(ok, true)
  t.match(chain, { records: 14, first: 1, unsigned: 0, closed: true, signed: { seq: 14 } })
  t.match(said, /14 records, verified\n.*anchor 14:[0-9a-f]{64}\n.*signed up to record 14\n {2}closed by a stop/)
  t.match((await tampered(t, lines => lines)).said, /signatures were not checked/)
})

t.test('each byte that is changed is found, and its record named', async t => {
  for (const at of [0, 2, 9, 25, 60, 100, 110, 130, -1, -5, -60, -75]) {
    const change = (lines: string[]): string[] =>
      lines.with(
        4,
        lines[4]!.slice(0, at) + (lines[4]!.at(at) === '7' ? '8' : '7') + (at === -1 ? '' : lines[4]!.slice(at + 1))
      )
    const { findings } = await tampered(t, change, { keys })
    t.strictSame(findings, [['changed', 5, 5]], `byte ${at}`)
  }
})

t.test('a record that is removed, inserted, repeated or out of order is named', async t => {
  const other = JSON.stringify({ seq: 5, prev: 'a'.repeat(64), hash: 'b'.repeat(64) })
  const table: readonly [string, (lines: string[]) => string[], readonly unknown[][]][] = [
    ['removed', l => l.toSpliced(4, 1), [['missing', 4, 5]]],
    ['several removed', l => l.toSpliced(4, 3), [['missing', 4, 5]]],
    [
      'two removed apart',
      l => l.toSpliced(7, 1).toSpliced(4, 1),
      [
        ['missing', 4, 5],
        ['missing', 6, 8]
      ]
    ],
    ['the first removed', l => l.slice(1), [['missing', 1, 2]]],
    ['the first two removed, up to a checkpoint', l => l.slice(5), [['missing', 1, 6]]],
    ['swapped', l => l.with(4, l[5]!).with(5, l[4]!), [['reordered', 6, 5]]],
    ['moved to the end', l => [...l.toSpliced(4, 1), l[4]!], [['reordered', 14, 5]]],
    ['repeated', l => l.toSpliced(5, 0, l[4]!), [['inserted', 6, 5]]],
    ['nonsense', l => l.toSpliced(4, 0, 'nonsense'), [['inserted', 5, 5]]],
    ['an empty line', l => l.toSpliced(4, 0, ''), [['inserted', 5, 5]]],
    ['a forged record', l => l.toSpliced(4, 0, other), [['inserted', 5, 5]]],
    [
      'one that belongs further on',
      l => l.toSpliced(4, 0, l[7]!),
      [
        ['reordered', 6, 5],
        ['reordered', 7, 6],
        ['reordered', 8, 7],
        ['inserted', 9, 8]
      ]
    ],
    [
      'two changed',
      l => l.with(3, l[3]!.replace('"n"', '"m"')).with(4, l[4]!.replace('"n"', '"m"')),
      [
        ['changed', 4, 4],
        ['changed', 5, 5]
      ]
    ],
    [
      'changed, and the next removed',
      l => l.with(4, l[4]!.replace('"n"', '"m"')).toSpliced(5, 1),
      [
        ['changed', 5, 5],
        ['missing', 5, 6]
      ]
    ]
  ]
  for (const [name, change, expected] of table) {
    const { findings, ok, said } = await tampered(t, change, { keys })
    t.same(
      findings.toSorted((a, b) => Number(a[1]) - Number(b[1])),
      expected,
      name
    )
    t.equal(ok, expected.length === 0)
    if (expected.length > 0) t.match(said, /records, broken/)
  }
  t.match(
    (await tampered(t, l => l.slice(1), { keys })).said,
    /begins with record 2: the files before were not given, or are gone/
  )
})

t.test('a record that was made anew, hash and all, does not fit the next', async t => {
  const forged = (lines: string[]): string[] => {
    const { prev } = JSON.parse(lines[4]!) as { prev: string }
    return lines.with(4, forgedLine({ seq: 4, hash: prev }, '"type":"decision","n":99'))
  }
  t.strictSame((await tampered(t, forged, { keys })).findings, [['replaced', 6, 6]])
})

t.test('a chain that was made anew from a record on is not signed from there on, or signed by another', async t => {
  const again = (lines: string[]): string[] => {
    const { prev } = JSON.parse(lines[4]!) as { prev: string }
    let hash = prev
    const made = lines.slice(4).map((_, n) => {
      const line = forgedLine({ seq: 4 + n, hash }, `"type":"decision","n":${n}`)
      hash = line.slice(-66, -2)
      return line
    })
    return [...lines.slice(0, 4), ...made]
  }
  const unsigned = await tampered(t, again, { keys })
  t.match(unsigned.chain, { findings: [], signed: { seq: 1 }, unsigned: 13, closed: false })
  t.match(unsigned.said, /signed up to record 1, unsigned tail of 13 records\n {2}not closed/)
  const moved = await tampered(t, lines => again(lines).with(5, lines[5]!), { keys })
  t.equal(moved.ok, false)
  const stranger = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const foreign = await tampered(t, lines => lines, { keys: [stranger] })
  t.strictSame(
    foreign.findings.map(([what]) => what),
    ['signature', 'signature', 'signature', 'signature']
  )
  const broken = await tampered(
    t,
    lines => {
      const { prev, seq, hash: _hash, signature, ...fields } = JSON.parse(lines[5]!) as Record<string, unknown>
      const text = JSON.stringify(fields)
        .slice(1, -1)
        .replace(/"time":"[^"]*",/, '')
      const before = { seq: Number(seq) - 1, hash: String(prev) }
      return lines.with(
        5,
        forgedLine(before, text, () => String(signature))
      )
    },
    { keys }
  )
  t.ok(broken.findings.some(([what, line]) => what === 'signature' && line === 6))
})

t.test('an end that was cut off is not closed, and its anchor is missed', async t => {
  const cut = await tampered(t, lines => lines.slice(0, -2), { keys })
  t.match(cut.chain, { closed: false, unsigned: 1, last: { seq: 12 }, findings: [] })
  t.match(
    cut.said,
    /signed up to record 11, unsigned tail of 1 record\n {2}not closed: still written, or killed, or the end was cut off/
  )
  const middle = await tampered(t, lines => lines.join('\n').slice(0, -30), { keys })
  t.match(
    middle.said,
    /:14: a torn record of \d+ bytes behind record 13: the process was killed, or the end was cut off\n/
  )
  const hash = 'a'.repeat(64)
  const missed = await tampered(t, lines => lines, { keys, anchors: [{ seq: 14, hash }] })
  t.equal(missed.ok, false)
  t.match(missed.said, /^record 14 with hash a{64} is not there/)
  let anchor = { seq: 0, hash }
  const known = (lines: string[]): string[] => {
    const { seq, hash: own } = JSON.parse(lines[7]!) as { seq: number; hash: string }
    anchor = { seq, hash: own }
    return lines
  }
  await tampered(t, known)
  t.equal((await tampered(t, lines => lines.slice(0, 5), { anchors: [anchor] })).ok, false)
})

t.test('files of several chains are told apart', async t => {
  const folder = t.testdir({})
  const files = ['a', 'b'].map(name => join(folder, name))
  for (const [i, file] of files.entries()) {
    const trail = await startedTrail({ file })
    fill(trail, i + 3)
    trail.close()
  }
  const { ok, chains } = await verifyFiles(files)
  t.equal(ok, true)
  t.strictSame(
    chains.map(({ records }) => records),
    [5, 6]
  )
  writeFileSync(join(folder, 'empty'), '')
  t.match(describeVerification(await verifyFiles([join(folder, 'empty')])), /empty: no records/)
})

t.test('a file that goes on with none of the others is what is left of a chain', async t => {
  const folder = t.testdir({})
  const files = ['rest', 'a', 'b'].map(name => join(folder, name))
  for (const file of files) {
    const trail = await startedTrail({ file })
    fill(trail, 3)
    trail.close()
  }
  const [, rest = ''] = files
  writeFileSync(rest, readFileSync(rest, 'utf8').split('\n').slice(2).join('\n'))
  const beside = await verifyFiles(files)
  t.equal(beside.ok, false)
  t.match(describeVerification(beside), /no file ends where record 3 goes on/)
})

t.test('with a key, a chain that nothing signs does not pass', async t => {
  const { publicKey, privateKey: secret } = generateKeyPairSync('ed25519')
  const file = join(t.testdir({ empty: '' }), 'unsigned')
  const trail = await startedTrail({ file })
  fill(trail, 3)
  trail.close()
  t.equal((await verifyFiles([file])).ok, true)
  const found = await verifyFiles([file], { keys: [publicKey.export({ type: 'spki', format: 'pem' }).toString()] })
  t.equal(found.ok, false)
  t.match(describeVerification(found), /no checkpoint has a good signature/)
  t.equal((await verifyFiles([join(file, '../empty')], { keys })).ok, false, 'nor one that was emptied')
  await t.rejects(verifyFiles([file], { keys: [secret.export({ type: 'pkcs8', format: 'pem' }).toString()] }), {
    name: 'KeyFault',
    message: /is a private key, which belongs to the gateway alone/
  })
})

t.test('a head that was cut off is told from files that were not given', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'audit.jsonl')
  const settings = { file, rotate: { size: '4KiB' } }
  const trail = await startedTrail(settings)
  fill(trail, 30)
  await trail.flush()
  trail.close()
  const again = await startedTrail(settings)
  fill(again, 3)
  again.close()
  const begun = await verifyFiles([file])
  t.equal(begun.ok, true)
  t.ok(begun.chains[0]!.first > 1)
  t.match(describeVerification(begun), /begins with record \d+: the files before were not given, or are gone/)
  const lines = readFileSync(file, 'utf8').split('\n')
  const start = lines.findIndex(line => line.includes('"event":"start"'))
  for (const [why, from] of [
    ['a record', 1],
    ['all in front of a start', start]
  ] as const) {
    writeFileSync(file, lines.slice(from).join('\n'))
    const cut = await verifyFiles([file])
    t.equal(cut.ok, false, why)
    t.match(
      describeVerification(cut),
      `:1: the file begins with record ${begun.chains[0]!.first + from}, and no file does there: what stood in front of it was cut off`
    )
    const { seq, prev } = JSON.parse(lines[from]!) as { seq: number; prev: string }
    const anchors = [{ seq: seq - 1, hash: prev }]
    t.match(await verifyFiles([file], { anchors }), { ok: true, missed: [] }, 'who took it out knows what was before')
    t.equal((await verifyFiles([file], { anchors: [{ seq: seq - 1, hash: 'a'.repeat(64) }] })).ok, false)
  }
})

t.test('a file that was begun by a start, since the one before was gone, has its head', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  const settings = { file, rotate: { size: '4KiB' } }
  const trail = await startedTrail(settings)
  fill(trail, 30)
  await trail.flush()
  trail.close()
  rmSync(file)
  const again = await startedTrail(settings)
  again.close()
  t.match(await verifyFiles([file]), { ok: true, chains: [{ records: 2 }] })
})

t.test('a checkpoint without a signature behind one that has one is found', async t => {
  const unsigned = (lines: string[]): string[] => {
    const made = lines.slice(0, 5)
    for (let i = 5; i < lines.length; i++) {
      const { seq, prev: _prev, hash: _hash, time: _time, signature: _s, ...fields } = JSON.parse(lines[i]!) as Fields
      const text = JSON.stringify('key' in fields ? { ...fields, key: null } : fields).slice(1, -1)
      made.push(forgedLine({ seq: Number(seq) - 1, hash: made.at(-1)!.slice(-66, -2) }, text))
    }
    return made
  }
  const { findings, said, ok } = await tampered(t, unsigned, { keys })
  t.equal(ok, false)
  t.match(findings[0], ['signature', 6, 6])
  t.match(said, /record 6 is a checkpoint without a signature, behind one that has one/)
})

t.test('what is verified is said to be so up to the last signature', async t => {
  t.match((await tampered(t, lines => lines.slice(0, -2), { keys })).said, /12 records, verified up to record 11\n/)
})

t.test('a start behind no stop is told of', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  for (let life = 0; life < 3; life++) {
    const trail = await startedTrail({ file })
    fill(trail, 1)
    trail.close()
    const lines = readFileSync(file, 'utf8').split('\n')
    // A kill.
    if (life === 1) writeFileSync(file, lines.toSpliced(-2, 1).join('\n'))
  }
  const found = await verifyFiles([file])
  t.match(found, { ok: true, chains: [{ unclosed: [6] }] })
  t.match(
    describeVerification(found),
    /started anew without a stop before at 6: killed, or the end could not be written/
  )
})

t.test('standard output of several processes has a chain for each', async t => {
  const file = join(t.testdir({}), 'audit.jsonl')
  const log: string[] = []
  for (let life = 0; life < 2; life++) {
    let line = forgedLine({ seq: 0, hash: '0'.repeat(64) }, `"type":"checkpoint","event":"start","instance":"${life}"`)
    log.push(line)
    for (let seq = 1; seq < 3; seq++) {
      line = forgedLine({ seq, hash: line.slice(-66, -2) }, '"type":"decision"')
      log.push(line)
    }
  }
  writeFileSync(file, log.map(line => `${line}\n`).join(''))
  const { ok, chains } = await verifyFiles([file])
  t.match({ ok, chains }, { ok: true, chains: [{ records: 3 }, { records: 3 }] })
  writeFileSync(file, log.toSpliced(4, 1).join('\n'))
  t.match((await verifyFiles([file])).chains[1]!.findings, [{ what: 'missing', seq: 2 }])
  writeFileSync(file, log.toSpliced(3, 1).join('\n'))
  t.equal((await verifyFiles([file])).ok, false)
})
