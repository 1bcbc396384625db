import { direct } from '../harness/direct.ts'
import { readStream, type StreamTimes } from '../harness/event-stream.ts'
import { interleave, type Variant } from '../harness/interleave.ts'
import type { Peer } from '../harness/peer.ts'
import type { Scenario } from '../harness/scenario.ts'
import { median } from '../harness/statistics.ts'
import { untilServing } from '../harness/target.ts'
import { withNodeUpstream } from '../harness/upstream.ts'
import type { Workbench } from '../harness/workbench.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { nginx } from '../peers/nginx/start.ts'
import { sluice } from '../peers/sluice/start.ts'

const EVENTS = 20
const EVERY_MS = 2
/** Short streams before anything is measured: a compiler that has not seen enough of them is what would be measured. */
const WARM_UP = 3000
const WARM_UP_IF_QUICK = 100

/** How soon an event is there. */
export const eventStreams: Scenario = {
  name: 'event-streams',
  title: 'Event streams',
  about: `One client, one stream after the other, of ${EVENTS} events ${EVERY_MS} ms apart, by a process that has served a while. The first event counts from the request, the others from the moment at which the upstream writes them.`,
  metrics: [
    { key: 'firstEvent', label: 'first event ms', digits: 2 },
    { key: 'delay', label: 'delay per event ms, p50', digits: 3 },
    { key: 'delayP99', label: 'p99', digits: 3 }
  ],
  tokens: () => 1,
  run: bench =>
    withNodeUpstream(bench, 'event-stream.ts', async environment => {
      const peers = [direct, nginx, haproxy, sluice(), fastify]
      return await interleave(
        bench,
        peers.map(peer => ({ ...streaming(bench, peer), environment }))
      )
    })
}

const streaming = (bench: Workbench, peer: Peer): Variant => {
  const streams = bench.options.quick ? 10 : 40
  const path = `/mcp?events=${EVENTS}&every=${EVERY_MS}`
  return {
    peer,
    prepare: async target => {
      await untilServing(
        target,
        async () => (await readStream(target.url + path, bench.token)).delays.length === EVENTS
      )
      const enough = bench.options.quick ? WARM_UP_IF_QUICK : WARM_UP
      for (let i = 0; i < enough; i++) await readStream(`${target.url}/mcp?events=1&every=0`, bench.token)
    },
    measure: async target => {
      const times: StreamTimes[] = []
      for (let i = 0; i < streams; i++) times.push(await readStream(target.url + path, bench.token))
      const delays = times.flatMap(each => each.delays).toSorted((a, b) => a - b)
      if (delays.length !== streams * EVENTS) throw new Error(`${peer.name} lost events`)
      return {
        firstEvent: median(times.map(each => each.firstEvent)),
        delay: median(delays),
        delayP99: delays[Math.floor(delays.length * 0.99)]!
      }
    }
  }
}
