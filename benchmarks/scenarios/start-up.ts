import { direct } from '../harness/direct.ts'
import { installInto } from '../harness/installed.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import { residentMiB } from '../harness/memory.ts'
import type { Environment } from '../harness/environment.ts'
import type { Peer } from '../harness/peer.ts'
import { serves } from '../harness/probe.ts'
import type { Sample } from '../harness/result.ts'
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
    'From the start of the process to the first answer to a guarded request: keys are fetched by then. And what the process holds then. Sluice is the packages as they are published; at its second start it finds what the first one has compiled, beside its code.',
  metrics: [
    { key: 'millis', label: 'first answer ms', digits: 0 },
    { key: 'residentMiB', label: 'memory MiB', digits: 0 }
  ],
  tokens: () => 1,
  run: async bench => {
    const many = bench.options.quick ? 1000 : 10_000
    const command = installInto(bench.folder('installed'))
    const about = 'origin, prm, jwt-entra, scope'
    const peers: [Peer, string][] = [
      [sluice('Sluice', about, {}, { command }), '/mcp'],
      [
        sluice('Sluice, nothing compiled yet', about, {}, { command, env: { NODE_DISABLE_COMPILE_CACHE: '1' } }),
        '/mcp'
      ],
      [sluice(`Sluice, ${many} routes`, 'the chain on each', { routes: many }, { command }), '/r0/mcp'],
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
  // The first one finds nothing of itself in the system's caches.
  prepare: async ({ environment }) => void (await startOnce(bench, peer, path, environment)),
  measure: ({ environment }) => startOnce(bench, peer, path, environment)
})

const startOnce = async (bench: Workbench, peer: Peer, path: string, environment: Environment): Promise<Sample> => {
  const startedAt = performance.now()
  const target = await peer.start(environment)
  try {
    await untilServing(target, () => serves(target.url + path, bench.token))
    return { millis: performance.now() - startedAt, residentMiB: residentMiB(target.pid) }
  } finally {
    await target.stop()
  }
}
