import { loadVariant } from '../harness/load-variant.ts'
import { interleave } from '../harness/interleave.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { express } from '../peers/express/start.ts'
import { fastify } from '../peers/fastify/start.ts'
import { haproxy } from '../peers/haproxy/start.ts'
import { nginx } from '../peers/nginx/start.ts'
import { nodeHttp } from '../peers/node-http/start.ts'
import { SIX } from '../peers/sluice/six-filters.ts'
import { sluice } from '../peers/sluice/start.ts'

const six = sluice('Sluice, six filters', 'origin, prm, jwt-entra, scope, rate-limit, audit, otel', SIX)

/** The whole chain beside what others would put in its place. */
export const chain: Scenario = {
  name: 'chain',
  title: 'The chain beside its peers',
  about:
    'A tools/call of 200 bytes with one of 500 tokens of 1.5 kB, 32 connections. Sluice and fast-jwt remember tokens that they have verified; HAProxy and express verify each time: see the next table for tokens that are all new. Sluice is origin, prm, jwt-entra and scope; with six filters, rate-limit, audit of every message to a file, and otel without a sample stand behind them.',
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['nginx', 'HAProxy', 'fastify', 'express'] },
  chart: 'cpuMicros',
  tokens: () => 500,
  run: async bench => {
    const load = await usualLoad(bench)
    return interleave(
      bench,
      [nodeHttp, nginx, sluice(), six, haproxy, fastify, express].map(peer => loadVariant(bench, peer, load))
    )
  }
}
