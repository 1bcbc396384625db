import type { Peer } from './peer.ts'

/** No gateway at all: the upstream itself, for what a gateway adds. */
export const direct: Peer = {
  name: 'direct',
  about: 'no gateway',
  guards: false,
  start: async environment => ({
    peer: direct,
    environment,
    url: environment.upstream,
    pid: process.pid,
    check: () => {},
    stop: async () => {}
  })
}
