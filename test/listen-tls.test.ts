import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls, Server, type TLSSocket } from 'node:tls'
import { createGateway, type GatewayConfig } from '@sluice/core'
import t, { type Test } from 'tap'
import { configOf, generations } from './support/generations.ts'
import { type LogLine, recordingLog } from './support/log.ts'
import { settled } from './support/settled.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { upstream } from './support/upstream.ts'

const pem = (name: string): string => readFileSync(join(import.meta.dirname, 'support/certificates', name), 'utf8')
const trusted = [pem('ca.pem'), pem('renewed.pem')]

/** A gateway that speaks TLS, and reloads when a file changes. */
const gatewayOf = async (t: Test, upstreamUrl: string) => {
  const folder = temporaryFolder(t)
  const put = (name: string, content: string): void => {
    writeFileSync(join(folder, 'new'), content)
    renameSync(join(folder, 'new'), join(folder, name))
  }
  const certify = (name: string): void => {
    put('cert.pem', pem(`${name}.pem`))
    put('key.pem', pem(`${name}.key`))
  }
  certify('localhost')
  const config = {
    publicUrl: 'https://localhost',
    listen: { port: 0, tls: { cert: 'cert.pem', key: 'key.pem' } },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    routes: [{ name: 'all', path: '/*', upstream: upstreamUrl }]
  }
  put('sluice.yaml', JSON.stringify(config))
  const { log, lines } = recordingLog()
  const gateway = createGateway(join(folder, 'sluice.yaml'), {
    log,
    pluginBases: [import.meta.url],
    patience: { lookMs: 2 },
    changed: () => void gateway.reload().catch(() => {})
  })
  t.teardown(() => gateway.close())
  const { url, adminUrl } = await gateway.start()
  const port = Number(new URL(url).port)
  return { gateway, url, adminUrl, port, put, certify, lines }
}

/** A connection of a client. */
const client = async (t: Test, port: number): Promise<TLSSocket> => {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: trusted,
    ALPNProtocols: ['h2', 'http/1.1']
  })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

const subject = (socket: TLSSocket): string => JSON.stringify(socket.getPeerCertificate().subject)

/** The answer to a request on a connection that stays. */
const get = async (url: string, agent: Agent): Promise<string> => {
  const [res] = await once(request(`${url}/x`, { agent, method: 'POST' }).end('body'), 'response')
  return text(res)
}

const until = async (lines: readonly LogLine[], message: RegExp, times = 1): Promise<LogLine> => {
  const found = () => lines.filter(line => message.test(line.message))
  while (found().length < times) await new Promise(resolve => setImmediate(resolve))
  return found().at(-1)!
}

t.test('the public listener speaks TLS, HTTP/1.1 in it, and nothing else', async t => {
  const { url: up } = await upstream(t, (req, res) => void req.pipe(res))
  const { url, port } = await gatewayOf(t, up)
  t.match(url, /^https:/)
  const agent = new Agent({ keepAlive: true, ca: trusted, servername: 'localhost' })
  t.teardown(() => agent.destroy())
  const large = 'x'.repeat(2_000_000)
  const [res] = await once(request(`${url}/x`, { agent, method: 'POST' }).end(large), 'response')
  t.equal(await text(res), large)
  t.equal((await client(t, port)).alpnProtocol, 'http/1.1')
  const plain = connect(port, '127.0.0.1').end('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  plain.on('error', () => {})
  let answer = ''
  plain.on('data', chunk => (answer += String(chunk)))
  await once(plain, 'close')
  t.notMatch(answer, 'HTTP/1.1')
})

t.test('a renewed certificate is shown to who connects from then on, and no connection closes', async t => {
  const { url: up } = await upstream(t, (req, res) => void req.pipe(res))
  const { url, port, certify, lines } = await gatewayOf(t, up)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: trusted, servername: 'localhost' })
  t.teardown(() => agent.destroy())
  t.equal(await get(url, agent), 'body')
  const before = await client(t, port)
  t.notMatch(subject(before), 'renewed')
  certify('renewed')
  await until(lines, /was reloaded/)
  t.match(subject(await client(t, port)), 'renewed')
  t.equal(await get(url, agent), 'body')
  const [[socket]] = Object.values(agent.freeSockets) as [[TLSSocket]]
  t.notMatch(subject(socket), 'renewed', 'the connection of before')
  t.notOk(before.destroyed)
})

t.test('a certificate that cannot be served leaves the one before, and says where', async t => {
  const { url: up } = await upstream(t, (req, res) => void req.pipe(res))
  const { port, adminUrl, put, certify, lines } = await gatewayOf(t, up)
  let failures = 0
  for (const [name, content, reason] of [
    ['cert.pem', 'garbage', /sluice\.yaml:1:\d+ listen\.tls\.cert: cert\.pem has no certificate/],
    ['cert.pem', pem('renewed.pem'), /listen\.tls\.key: the private key is not that of the certificate/],
    ['key.pem', 'garbage', /listen\.tls: certificate and key cannot be used together/]
  ] as const) {
    put(name, content)
    const { fields } = await until(lines, /could not be reloaded/, ++failures)
    t.match(fields, { issues: [reason] })
    t.notMatch(subject(await client(t, port)), 'renewed')
    t.match(await (await fetch(`${adminUrl}/metrics`)).text(), 'sluice_config_last_reload_successful 0')
  }
  certify('renewed')
  await until(lines, /was reloaded/)
  t.match(subject(await client(t, port)), 'renewed')
  t.notMatch(JSON.stringify(lines), 'PRIVATE KEY')
})

t.test('draining lets a request finish, and waits for nobody who has not agreed on TLS', async t => {
  const server = await upstream(t)
  const { gateway, url, port } = await gatewayOf(t, server.url)
  const silent = connect(port, '127.0.0.1')
  silent.on('error', () => {})
  await once(silent, 'connect')
  const idle = await client(t, port)
  const agent = new Agent({ keepAlive: true, ca: trusted, servername: 'localhost' })
  t.teardown(() => agent.destroy())
  const arrived = server.next()
  const answer = get(url, agent)
  const [, res] = await arrived
  const closed = gateway.close({ grace: '10m' })
  await Promise.all([once(silent, 'close'), once(idle.resume(), 'close')])
  res.end('late')
  t.equal(await answer, 'late')
  await closed
  await settled(() => silent.destroyed && idle.destroyed, 'all are gone')
})

t.test('a reload that fails at the listener lets go of what it built', async t => {
  const { url: up } = await upstream(t)
  const directory = t.testdir({ 'cert.pem': pem('localhost.pem'), 'key.pem': pem('localhost.key') })
  const { plugin, made } = generations()
  const config = (n: number): GatewayConfig => ({
    ...configOf({ name: 'all', path: '/*', upstream: up, filters: [{ generation: { n } }] }),
    publicUrl: 'https://localhost',
    listen: { port: 0, tls: { cert: 'cert.pem', key: 'key.pem' } }
  })
  const gateway = createGateway(config(0), { directory, plugins: [plugin], pluginBases: [import.meta.url] })
  t.teardown(() => gateway.close())
  await gateway.start()
  const value = (): never => {
    throw new Error('refused late')
  }
  const restore = t.intercept(Server.prototype, 'setSecureContext', { value })
  await t.rejects(gateway.reload(config(1)), /refused late/)
  t.match(made, [{ closed: false }, { closed: true }])
  restore.restore()
  await gateway.reload(config(2))
  t.match(made.at(-1), { n: 2, closed: false })
})
