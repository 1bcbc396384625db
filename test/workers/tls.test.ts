import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
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
  /** Connects, and tells whether a session was resumed; the server's ticket comes with its answer. */
  const session = async (given?: Buffer): Promise<{ reused: boolean; ticket: Buffer }> => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca, ...(given && { session: given }) })
    const got = once(socket, 'session') as Promise<[Buffer]>
    await once(socket, 'secureConnect')
    const reused = socket.isSessionReused()
    const [ticket] = await got
    socket.destroy()
    return { reused, ticket }
  }
  const { ticket } = await session()
  // With keys of its own each of three workers would resume one of three.
  const reused = await Promise.all(Array.from({ length: 24 }, async () => (await session(ticket)).reused))
  t.strictSame(new Set(reused), new Set([true]))
})
