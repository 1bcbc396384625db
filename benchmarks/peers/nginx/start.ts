import { join } from 'node:path'
import { fillTemplate } from '../../harness/fill-template.ts'
import type { Peer } from '../../harness/peer.ts'
import { startTarget } from '../../harness/target.ts'

/** nginx as a proxy without authentication. */
export const nginx: Peer = {
  name: 'nginx',
  about: 'proxy, no authentication',
  guards: false,
  command: 'nginx',
  start: environment =>
    startTarget(nginx, environment, ({ values }) => [
      'nginx',
      '-p',
      values.FOLDER,
      '-c',
      fillTemplate(join(import.meta.dirname, 'nginx.conf'), values)
    ])
}
