import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import t from 'tap'
import { pool, poolConfig } from '../support/pool.ts'
import { upstream } from '../support/upstream.ts'

const CERTIFICATES = join(import.meta.dirname, '../support/certificates')
const ca = readFileSync(join(CERTIFICATES, 'ca.pem'))

t.test('a TLS session that began with one worker is resumed by each', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const tls = { cert: join(CERTIFICATES, 'localhost.pem'), key: join(CERTIFICATES, 'localhost.key') }
  const config = { ...poolConfig(3, url), publicUrl: 'https://localhost', listen: { port: 0, tls } }
  const gateway = await pool(t, config)
  const port = Number(new URL(gateway.url).port)
  const connected = async (session?: Buffer): Promise<TLSSocket> => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca, ...(session && { session }) })
    t.teardown(() => socket.destroy())
    await once(socket, 'secureConnect')
    return socket.resume()
  }
  const first = await connected()
  first.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await once(first, 'data')
  // With keys of its own each of three workers would resume one of three.
  const sockets = await Promise.all(Array.from({ length: 24 }, () => connected(first.getSession())))
  const reused = sockets.map(socket => socket.isSessionReused())
  t.strictSame(new Set(reused), new Set([true]))
})
