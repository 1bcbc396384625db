import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { gateway } from './support/gateway.ts'
import { configOf, embeddedGateway } from './support/generations.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { settled } from './support/settled.ts'
import { upstream } from './support/upstream.ts'

const pem = (name: string): string => readFileSync(join(import.meta.dirname, 'support/certificates', name), 'utf8')

/** An HTTPS server with a certificate for `localhost` and `127.0.0.1`. */
const tlsUpstream = async (
  t: Test
): Promise<{ server: Server; sockets: TLSSocket[]; resumed: boolean[]; port: number }> => {
  const sockets: TLSSocket[] = []
  const resumed: boolean[] = []
  const server = createServer({ key: pem('localhost.key'), cert: pem('localhost.pem') }, (req, res) => req.pipe(res))
  server.on('secureConnection', socket => {
    sockets.push(socket)
    resumed.push(socket.isSessionReused())
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, sockets, resumed, port: (server.address() as AddressInfo).port }
}

const trusting = (t: Test): void => {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, pem('ca.pem')])
  t.teardown(() => setDefaultCACertificates(before))
}

const post = async (url: string, body: string): Promise<[number, string]> => {
  const res = await fetch(`${url}/mcp`, { method: 'POST', body })
  return [res.status, await res.text()]
}

t.test('an upstream behind TLS is reached by name and by address, and its connection is kept', async t => {
  trusting(t)
  const { sockets, port } = await tlsUpstream(t)
  for (const [i, [host, servername]] of (
    [
      ['localhost', 'localhost'],
      ['127.0.0.1', false]
    ] as const
  ).entries()) {
    const g = await gateway(t, [{ upstream: `https://${host}:${port}/mcp` }])
    const large = 'x'.repeat(1_000_000)
    t.strictSame(await post(g.url, 'small'), [200, 'small'])
    t.strictSame(await post(g.url, large), [200, large])
    t.equal(sockets.length, i + 1, 'one connection for both')
    t.equal(sockets[i]!.servername, servername, 'an address is no server name (RFC 6066 section 3)')
    t.equal(sockets[i]!.alpnProtocol, 'http/1.1')
  }
})

t.test('a session is resumed by the next connection', async t => {
  trusting(t)
  const { server, sockets, resumed, port } = await tlsUpstream(t)
  const g = await gateway(t, [{ upstream: `https://localhost:${port}/mcp` }])
  await post(g.url, 'first')
  server.closeAllConnections()
  await settled(() => sockets[0]!.destroyed, 'the first connection is gone')
  let answer = await post(g.url, 'second')
  // The gateway may not have heard yet that its connection is gone.
  while (answer[0] !== 200) answer = await post(g.url, 'second')
  t.strictSame(resumed, [false, true])
})

t.test('an upstream that cannot prove its name gets nothing', async t => {
  const { port, server } = await tlsUpstream(t)
  const seen: unknown[] = []
  server.on('request', req => seen.push(req.url))
  const refusal = async (host: string): Promise<unknown> => {
    const g = await gateway(t, [{ upstream: `https://${host}:${port}/mcp` }])
    t.match(await post(g.url, 'x'), [502, /SLUICE_UPSTREAM_UNREACHABLE/], host)
    return g.log.find(({ fields }) => fields['code'] === 'SLUICE_UPSTREAM_UNREACHABLE')?.fields['error']
  }
  t.equal(await refusal('localhost'), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'signed by nobody known')
  trusting(t)
  t.equal(await refusal('127.0.0.2'), 'ERR_TLS_CERT_ALTNAME_INVALID', 'signed for another address')
  t.strictSame(seen, [])
})

t.test('TLS where plain HTTP is spoken is a fault, and the reverse', async t => {
  const { port } = await tlsUpstream(t)
  const { url } = await upstream(t, (_req, res) => void res.end())
  for (const [address, code] of [
    [`http://localhost:${port}/mcp`, 'SLUICE_UPSTREAM_CLOSED'],
    [url.replace('http:', 'https:'), 'SLUICE_UPSTREAM_UNREACHABLE']
  ] as const) {
    const g = await gateway(t, [{ upstream: address }])
    t.match(await post(g.url, 'x'), [502, new RegExp(code)], address)
  }
})

t.test(
  'authorities and a certificate of its own are taken from files, and from the files as they are after a reload',
  async t => {
    const server = createServer(
      { key: pem('localhost.key'), cert: pem('localhost.pem'), ca: pem('renewed.pem'), requestCert: true },
      (req, res) => void res.end((req.socket as TLSSocket).getPeerCertificate().subject.CN)
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    const at = (name: string): string => join(import.meta.dirname, 'support/certificates', name)
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    const tls = { ca: join(temporaryFolder(t), 'ca.pem'), cert: at('renewed.pem'), key: at('renewed.key') }
    writeFileSync(tls.ca, pem('renewed.pem'))
    const config = configOf({ name: 'all', path: '/*', upstream: { url, tls } })
    const gateway = await embeddedGateway(t, config)
    const ask = async () => (await fetch(gateway.url)).text()
    t.match(await ask(), 'SLUICE_UPSTREAM_UNREACHABLE', 'signed by none of those')
    writeFileSync(tls.ca, pem('ca.pem'))
    await gateway.reload()
    t.equal(await ask(), 'renewed', 'what the gateway shows')
    writeFileSync(tls.ca, 'garbage')
    await t.rejects(gateway.reload(), { message: /^routes\[0\]\.upstream\.tls\.ca: \S+ has no certificate/ })
    t.equal(await ask(), 'renewed')
    const http = configOf({ name: 'all', path: '/*', upstream: { url: 'http://127.0.0.1', tls } })
    await t.rejects(gateway.reload(http), { message: /^routes\[0\]\.upstream\.tls: the upstream is http/ })
  }
)
