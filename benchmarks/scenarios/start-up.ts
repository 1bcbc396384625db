import { direct } from '../harness/direct.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import { residentMiB } from '../harness/memory.ts'
import type { Peer } from '../harness/peer.ts'
import { serves } from '../harness/probe.ts'
import type { Scenario } from '../harness/scenario.ts'
import { untilServing } from '../harness/target.ts'
import type { Workbench } from '../harness/workbench.ts'
import { express } from '../peers/express/start.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { nginx } from '../peers/nginx/start.ts'
import { sluice } from '../peers/sluice/start.ts'

/** From nothing to the first answer. */
export const startUp: Scenario = {
  name: 'start-up',
  title: 'Start-up',
  about:
    'From the start of the process to the first answer to a guarded request: keys are fetched by then. And what the process holds then.',
  metrics: [
    { key: 'millis', label: 'first answer ms', digits: 0 },
    { key: 'residentMiB', label: 'memory MiB', digits: 0 }
  ],
  tokens: () => 1,
  run: async bench => {
    const many = bench.options.quick ? 1000 : 10_000
    const peers: [Peer, string][] = [
      [sluice(), '/mcp'],
      [sluice(`Sluice, ${many} routes`, 'the chain on each', { routes: many }), '/r0/mcp'],
      ...[nginx, haproxy, fastify, express].map((peer): [Peer, string] => [peer, '/mcp'])
    ]
    return interleave(
      { ...bench, options: { ...bench.options, rounds: Math.min(bench.options.rounds, 5) } },
      peers.map(([peer, path]) => starting(bench, peer, path))
    )
  }
}

/** Every round is a start of its own. */
const starting = (bench: Workbench, peer: Peer, path: string): Variant => ({
  peer: { ...peer, start: direct.start },
  prepare: async () => {},
  measure: async ({ environment }) => {
    const startedAt = performance.now()
    const target = await peer.start(environment)
    try {
      await untilServing(target, () => serves(target.url + path, bench.token))
      return { millis: performance.now() - startedAt, residentMiB: residentMiB(target.pid) }
    } finally {
      await target.stop()
    }
  }
})
