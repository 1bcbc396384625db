import { join } from 'node:path'
import type { Peer } from '../../harness/peer.ts'
import { startTarget } from '../../harness/target.ts'

/** fastify with `@fastify/http-proxy` and fast-jwt. */
export const fastify: Peer = {
  name: 'fastify',
  about: '@fastify/http-proxy, fast-jwt with its cache',
  guards: true,
  packages: ['fastify', '@fastify/http-proxy', 'fast-jwt'],
  start: environment =>
    startTarget(fastify, environment, () => [process.execPath, join(import.meta.dirname, 'server.ts')])
}
