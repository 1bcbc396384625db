import { readFileSync } from 'node:fs'
import httpProxy from '@fastify/http-proxy'
import { createVerifier } from 'fast-jwt'
import fastify from 'fastify'

const { PORT, UPSTREAM, ISSUER, AUDIENCE, PUBLIC_KEY_FILE } = process.env

const verify = createVerifier({
  key: readFileSync(PUBLIC_KEY_FILE!, 'utf8'),
  algorithms: ['RS256'],
  allowedIss: ISSUER!,
  allowedAud: AUDIENCE!,
  // 1000 tokens, fast-jwt's own default.
  cache: true
})

const app = fastify({ bodyLimit: 2 ** 31 })
await app.register(httpProxy, {
  upstream: UPSTREAM!,
  undici: { connections: 8192, headersTimeout: 0, bodyTimeout: 0 },
  preHandler: (request, reply, done) => {
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    try {
      if (scheme !== 'Bearer') throw new Error('No bearer token')
      verify(token)
      delete request.raw.headers.authorization
      done()
    } catch {
      void reply.code(401).send({ error: 'unauthorized' })
    }
  }
})
await app.listen({ host: '127.0.0.1', port: Number(PORT) })
