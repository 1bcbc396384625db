import { join } from 'node:path'
import type { Peer } from '../../harness/peer.ts'
import { startTarget } from '../../harness/target.ts'

/** express with http-proxy-middleware and express-oauth2-jwt-bearer, which verifies with jose on every request. */
export const express: Peer = {
  name: 'express',
  about: 'http-proxy-middleware, express-oauth2-jwt-bearer',
  guards: true,
  packages: ['express', 'http-proxy-middleware', 'express-oauth2-jwt-bearer'],
  start: environment =>
    startTarget(express, environment, () => [process.execPath, join(import.meta.dirname, 'server.ts')])
}
