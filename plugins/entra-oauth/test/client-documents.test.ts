import { fakeContext } from '@sluice/test-kit'
import type { RequestListener, ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { ClientDocuments, isDocumentAddress } from '../src/clients/client-documents.ts'
import { isPublicAddress } from '../src/clients/public-address.ts'
import { systemRuntime } from '../src/runtime.ts'
import { documentServer, PUBLIC } from './document-server.ts'

const ID = 'https://app.example/client.json'
const GOOD = {
  client_id: ID,
  client_name: 'An app',
  redirect_uris: ['http://127.0.0.1/callback', 'https://app.example/callback', 'https://elsewhere.example/callback']
}

const json = (res: ServerResponse, document: unknown, headers: object = {}): void =>
  void res.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(document))

const open = async (t: Test, listener: RequestListener) => {
  const server = await documentServer(t, listener)
  const { log } = fakeContext()
  const documents = new ClientDocuments(new Set(['app.example']), server.runtime, log)
  return { ...server, log, find: (id = ID) => documents.find(id) }
}

t.test('a document introduces a client, with those of its redirect URIs that are allowed here', async t => {
  const { find, dialled } = await open(t, (_req, res) => json(res, GOOD))
  t.strictSame(await find(), {
    id: ID,
    name: 'An app',
    redirects: ['http://127.0.0.1/callback', 'https://app.example/callback'],
    host: 'app.example',
    trustedName: false
  })
  t.strictSame(dialled, [`${PUBLIC}:443 app.example`], 'the address that was checked is the one that was dialled')
})

t.test('it is kept as long as it says, from a minute to an hour, and fetched once for all who wait', async t => {
  let fetched = 0
  const { find, advance } = await open(t, (_req, res) => {
    fetched++
    json(res, GOOD, { 'cache-control': 'max-age=600' })
  })
  await Promise.all([find(), find(), find()])
  advance(599)
  await find()
  t.equal(fetched, 1)
  advance(1)
  await find()
  t.equal(fetched, 2)
})

const bounds: Record<string, [string, number, number]> = {
  'no-store is a minute all the same': ['no-store', 59, 60],
  'a year is an hour': ['max-age=31536000', 3599, 3600]
}
for (const [what, [control, kept, gone]] of Object.entries(bounds)) {
  t.test(`cache: ${what}`, async t => {
    let fetched = 0
    const { find, advance } = await open(t, (_req, res) => {
      fetched++
      json(res, GOOD, { 'cache-control': control })
    })
    await find()
    advance(kept)
    await find()
    t.equal(fetched, 1)
    advance(gone - kept)
    await find()
    t.equal(fetched, 2)
  })
}

const refused: Record<string, [RegExp, RequestListener]> = {
  'of another client': [/client_id/, (_req, res) => json(res, { ...GOOD, client_id: `${ID}x` })],
  'a redirect': [/answered 302/, (_req, res) => void res.writeHead(302, { location: ID }).end()],
  'an error': [/answered 404/, (_req, res) => void res.writeHead(404).end()],
  HTML: [/not application\/json/, (_req, res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('{}')],
  'no JSON': [/JSON/, (_req, res) => void res.writeHead(200, { 'content-type': 'application/json' }).end('{')],
  'a list': [/no JSON object/, (_req, res) => json(res, [])],
  'too long': [/16 KiB/, (_req, res) => json(res, { ...GOOD, more: 'x'.repeat(17_000) })],
  'without an allowed redirect URI': [
    /leads to evil\.example/,
    (_req, res) => json(res, { ...GOOD, redirect_uris: ['https://evil.example/'] })
  ],
  'without any': [/redirect_uris/, (_req, res) => json(res, { client_id: ID })],
  'of a client with a secret': [
    /public client/,
    (_req, res) => json(res, { ...GOOD, token_endpoint_auth_method: 'client_secret_post' })
  ],
  'with a name that cannot be shown': [
    /client_name/,
    (_req, res) => json(res, { ...GOOD, client_name: 'An app\u202e' })
  ],
  // The error comes in the same turn as the response, when nobody waits for one any more.
  'broken off in the packet of its head': [
    /aborted|hang up|Invalid|Parse/,
    req =>
      void req.socket.write(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n'
      )
  ],
  'torn off': [
    /aborted|hang up/,
    (req, res) =>
      void (
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' }),
        res.write('{'),
        req.socket.destroy()
      )
  ]
}
for (const [what, [reason, listener]] of Object.entries(refused)) {
  t.test(`a document is refused: ${what}; the log says why, the answer does not`, async t => {
    const { find, log } = await open(t, listener)
    await t.rejects(find(), { code: 'SLUICE_OAUTH_CLIENT_DOCUMENT', message: /could not be read, or is not/ })
    t.match(
      log.lines.map(({ fields }) => fields),
      [{ client: ID, reason }]
    )
  })
}

const addresses: Record<string, readonly string[]> = {
  loopback: ['127.0.0.1'],
  'loopback of IPv6': ['::1'],
  'loopback of IPv4 in IPv6': ['::ffff:127.0.0.1'],
  'the metadata of a cloud': ['169.254.169.254'],
  'a private network': ['10.1.2.3'],
  'a private network of IPv6': ['fd00::1'],
  'one public and one private': [PUBLIC, '192.168.0.1'],
  nowhere: []
}
for (const [what, resolved] of Object.entries(addresses)) {
  t.test(`a name that leads to ${what} is not connected to`, async t => {
    const { find, names, dialled, log } = await open(t, (_req, res) => json(res, GOOD))
    names.set('app.example', resolved)
    await t.rejects(find(), { code: 'SLUICE_OAUTH_CLIENT_DOCUMENT' })
    t.strictSame(dialled, [])
    t.match(log.lines[0]?.fields, { reason: 'not a public address' })
  })
}

t.test('rebinding: a name that leads elsewhere a moment later is still dialled at the checked address', async t => {
  const { find, dialled, runtime } = await open(t, (_req, res) => json(res, GOOD))
  const answers = [[PUBLIC], ['127.0.0.1']]
  t.intercept(runtime, 'resolve', { value: async () => answers.shift() ?? ['127.0.0.1'] })
  await find()
  t.strictSame(dialled, [`${PUBLIC}:443 app.example`])
  t.equal(answers.length, 1, 'it was looked up once')
})

t.test('a failure is not kept: a document that was mended serves at once', async t => {
  let good = false
  const { find } = await open(t, (_req, res) => (good ? json(res, GOOD) : void res.writeHead(500).end()))
  await t.rejects(find(), { code: 'SLUICE_OAUTH_CLIENT_DOCUMENT' })
  good = true
  t.match(await find(), { id: ID })
})

/** Answers with a good document at every address; those that begin with `held` do not come back. */
const serving = (held: string, arrived: (req: string) => void): RequestListener => {
  return (req, res) => {
    const id = `https://${req.headers.host}${req.url}`
    arrived(id)
    if (!id.startsWith(held)) json(res, { ...GOOD, client_id: id })
  }
}

t.test('a host that makes up any number of documents displaces none of another host', async t => {
  const fetched: string[] = []
  const { find } = await open(
    t,
    serving('none', id => void fetched.push(id))
  )
  await find()
  for (let i = 0; i < 30; i++) await find(`https://flood.example/${i}`)
  await find()
  t.equal(fetched.filter(id => id === ID).length, 1, 'it is still kept')
  await find('https://flood.example/29')
  await find('https://flood.example/0')
  t.equal(fetched.length, 32, 'of the flood only the last ones are')
})

t.test('a host that never answers holds two slots, and all such hosts eight; known hosts have their own', async t => {
  const arrived: string[] = []
  const { find } = await open(
    t,
    serving('https://tarpit', id => void arrived.push(id))
  )
  const waiting: Promise<unknown>[] = []
  const begin = async (id: string): Promise<void> => {
    waiting.push(find(id).catch((error: unknown) => error))
    const before = arrived.length
    while (arrived.length === before) await new Promise(resolve => setImmediate(resolve))
  }
  const busy = { code: 'SLUICE_OAUTH_BUSY' }
  for (const path of ['a', 'b']) await begin(`https://tarpit-0.example/${path}`)
  await t.rejects(find('https://tarpit-0.example/c'), busy, 'a third of the same host')
  t.match(await find('https://other.example/client.json'), { host: 'other.example' }, 'another host is served')
  for (const host of [1, 2, 3]) for (const path of ['a', 'b']) await begin(`https://tarpit-${host}.example/${path}`)
  await t.rejects(find('https://another.example/client.json'), busy, 'strangers have eight slots')
  t.match(await find(ID), { id: ID }, 'a host of redirectHosts is served all the same')
  t.equal(waiting.length, 8)
})

t.test('which client ids are addresses', async t => {
  const table: Record<string, boolean> = {
    [ID]: true,
    'https://app.example/a/b': true,
    'https://app.example/a/b?c=d': false,
    'https://app.example/a/b?': false,
    'https://app.example/client.json#': false,
    'https://app.example/': false,
    'https://app.example': false,
    'http://app.example/client.json': false,
    'https://app.example:8443/client.json': false,
    'https://user@app.example/client.json': false,
    'https://app.example/client.json#x': false,
    'https://app.example/a/../client.json': false,
    'https://APP.example/client.json': false,
    'https://127.0.0.1/client.json': false,
    'https://[::1]/client.json': false,
    'https://2130706433/client.json': false,
    'https://0x7f.1/client.json': false,
    'https://localhost/client.json': false,
    'https://app.example./client.json': false,
    [`https://app.example/${'x'.repeat(500)}`]: false
  }
  for (const [id, expected] of Object.entries(table)) t.equal(isDocumentAddress(id), expected, id)
})

t.test('which addresses are public', async t => {
  for (const address of [PUBLIC, '8.8.8.8', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])
    t.ok(isPublicAddress(address), address)
  const not =
    '0.0.0.0 10.0.0.1 100.64.0.1 127.1.2.3 168.63.129.16 169.254.169.254 172.31.255.255 192.0.2.1 192.168.1.1 198.19.0.1 224.0.0.1 255.255.255.255 :: ::1 ::ffff:8.8.8.8 64:ff9b::7f00:1 fe80::1 fc00::1 ff02::1 2001:db8::1 2002:7f00:1::1 2001::1'
  for (const address of not.split(' ')) t.notOk(isPublicAddress(address), address)
})

t.test('names are looked up in the DNS, and an IP address is no name', async t => {
  t.strictSame(await systemRuntime.resolve('no-such-name.invalid'), [])
})
