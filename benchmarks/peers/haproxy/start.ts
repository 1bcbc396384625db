import { join } from 'node:path'
import type { Peer } from '../../harness/peer.ts'
import { startTarget } from '../../harness/target.ts'

/** HAProxy with `jwt_verify`, one thread. It fills its variables in from the environment itself. */
export const haproxy: Peer = {
  name: 'HAProxy',
  about: 'jwt_verify RS256 on every request, issuer and audience, one thread',
  guards: true,
  command: 'haproxy',
  start: environment =>
    startTarget(haproxy, environment, () => ['haproxy', '-db', '-f', join(import.meta.dirname, 'haproxy.cfg')])
}
