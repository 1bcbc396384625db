import { join } from 'node:path'
import type { Peer } from '../../harness/peer.ts'
import { startTarget } from '../../harness/target.ts'

/** A bare `node:http` server that reads the body and answers itself: Node's own floor. */
export const nodeHttp: Peer = {
  name: 'node:http',
  about: 'answers itself, no upstream, no authentication',
  guards: false,
  start: environment =>
    startTarget(nodeHttp, environment, () => [process.execPath, join(import.meta.dirname, 'server.ts')])
}
