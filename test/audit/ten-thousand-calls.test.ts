import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { sluice } from '../../packages/cli/test/sluice.ts'
import { contoso } from '../support/contoso.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { upstream } from '../support/upstream.ts'

const CALLS = 10_000

t.test('the audit of ten thousand calls is verified, and every way to tamper with it is found and named', async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'audit.jsonl')
  const key = join(folder, 'audit.pub.pem')
  const pair = generateKeyPairSync('ed25519')
  writeFileSync(key, pair.publicKey.export({ type: 'spki', format: 'pem' }))
  const checkpoint = { every: 1000, key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
  const { url } = await upstream(t, (req, res) => {
    req
      .resume()
      .on('end', () => res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}'))
  })
  const { mcp, entra, close } = await contoso(t, { filters: [{ audit: { file, checkpoint } }], upstream: url })
  const authorization = `Bearer ${entra.issueToken({ scopes: ['mcp_access'] })}`
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const headers = { authorization, 'content-type': 'application/json' }
  const call = async (): Promise<number | undefined> => {
    const outgoing = request(mcp, { method: 'POST', agent, headers }).end(body)
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    await once(response.resume(), 'end')
    return response.statusCode
  }
  let left = CALLS
  const refused: unknown[] = []
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const status = await call()
      if (status !== 200) refused.push(status)
    }
  }
  await Promise.all(Array.from({ length: 32 }, caller))
  t.strictSame(refused, [])
  await close()

  const whole = readFileSync(file)
  const lines = whole.toString('latin1').split('\n').slice(0, -1)
  t.equal(lines.filter(line => line.includes('"type":"decision"')).length, CALLS)
  t.equal(lines.filter(line => line.includes('"type":"outcome"')).length, CALLS)
  const verify = (...args: readonly string[]) => sluice(['audit', 'verify', file, '--key', key, ...args], folder)
  const fine = await verify()
  t.equal(fine.code, 0)
  t.match(
    fine.stderr,
    new RegExp(`${lines.length} records, verified\n.*\n  signed up to record ${lines.length}\n  closed by a stop`)
  )
  t.match(JSON.parse(fine.stdout), {
    ok: true,
    signaturesChecked: true,
    chains: [{ records: lines.length, unsigned: 0 }]
  })

  const write = (changed: readonly string[]): void =>
    writeFileSync(file, changed.map(line => `${line}\n`).join(''), 'latin1')
  const at = 12_344
  write(lines.with(at, lines[at]!.replace('"kind":"user"', '"kind":"usex"')))
  const changed = await verify()
  t.equal(changed.code, 1)
  t.match(changed.stderr, `${file}:${at + 1}: record ${at + 1} was changed\n`)
  write(lines.toSpliced(at, 1))
  const removed = await verify()
  t.equal(removed.code, 1)
  t.match(removed.stderr, `${file}:${at}: record ${at + 1} is missing\n`)
  write(lines.with(at, lines[at + 1]!).with(at + 1, lines[at]!))
  const swapped = await verify()
  t.equal(swapped.code, 1)
  t.match(swapped.stderr, `${file}:${at + 2}: record ${at + 1} stands behind record ${at + 2}\n`)
  write(lines.toSpliced(at, 0, lines[at - 1]!))
  const inserted = await verify()
  t.equal(inserted.code, 1)
  t.match(inserted.stderr, `${file}:${at + 1}: a second record ${at} was inserted\n`)

  write(lines.slice(0, -5))
  const cut = await verify()
  t.equal(cut.code, 0, 'what is there is as it was')
  t.match(
    cut.stderr,
    /signed up to record \d+, unsigned tail of \d+ records?\n {2}not closed: still written, or killed, or the end was cut off/
  )
  const anchor = (JSON.parse(fine.stdout) as { chains: { last: { seq: number; hash: string } }[] }).chains[0]!.last
  const anchored = await verify('--anchor', `${anchor.seq}:${anchor.hash}`)
  t.equal(anchored.code, 1, 'who has noted its end down knows that it is gone')
  t.match(anchored.stderr, new RegExp(`^record ${anchor.seq} with hash ${anchor.hash} is not there`))
  writeFileSync(file, whole.subarray(0, -100))
  t.match(
    (await verify()).stderr,
    /a torn record of \d+ bytes behind record \d+: the process was killed, or the end was cut off/
  )

  writeFileSync(file, whole)
  const shown = await sluice(['audit', 'show', file], folder)
  t.equal(shown.code, 0)
  t.equal(shown.stdout.split('\n').length - 1, lines.length)
  t.match(
    shown.stdout,
    /^\S+Z {2}#\d+ {2}outcome {5}allow {2}user 55555555-\S+ by \S+ {2}tools\/call echo {2}200 ok, [\d.]+ ms, \d+ bytes {2}demo \S+$/m
  )
})

t.test('what the command line has wrong is usage', async t => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'a'), '')
  for (const args of [
    [],
    ['look'],
    ['verify'],
    ['verify', 'none'],
    ['verify', 'a', '--anchor', '1'],
    ['verify', 'a', '--key', 'a'],
    ['show', 'none']
  ]) {
    const { code, stdout } = await sluice(['audit', ...args], folder)
    t.strictSame([code, stdout], [2, ''], args.join(' '))
  }
  t.equal((await sluice(['check', '--key', 'a'], folder)).code, 2)
})
