import { resolve } from 'node:path'
import { interleave } from '../harness/interleave.ts'
import { loadVariant } from '../harness/load-variant.ts'
import { LOAD_METRICS } from '../harness/measure-load.ts'
import type { Scenario } from '../harness/scenario.ts'
import { usualLoad } from '../harness/workbench.ts'
import { audit, LIMIT, SIX, UNSAMPLED } from '../peers/sluice/six-filters.ts'
import { onlyFilters } from '../peers/sluice/start.ts'

type Chain = readonly [filters: readonly string[], more?: Parameters<typeof onlyFilters>[2]]

/** Revokes a few people, of whom none asks. */
const REVOCATION = { revocation: { file: resolve(import.meta.dirname, 'revoked.json') } }
const readerOf = (what: string): Record<string, Record<string, unknown>> => ({
  [resolve(import.meta.dirname, `../../test/support/reads-${what}.ts`)]: {}
})
/** A filter that looks at every message, and one that looks at every result, too. */
const REQUESTS = readerOf('requests')
const READER = readerOf('everything')

/** Reads every message and every result, too: with one rule, and with five hundred. */
const AUTHZ = { authz: { rules: [{ allow: '"mcp_access" in jwt.scopes' }] } }
const AUTHZ_500 = {
  authz: {
    rules: [
      ...AUTHZ.authz.rules,
      ...Array.from({ length: 499 }, (_, i) => ({ deny: `mcp.tool.name == "drop_${i}" && principal.kind != "app"` }))
    ]
  }
}

/** What each filter adds. scope, and a limit on persons, need the principal of jwt-entra. */
const CHAINS: Readonly<Record<string, Chain>> = {
  'no filter': [[]],
  origin: [['origin']],
  prm: [['prm']],
  'jwt-entra': [['jwt-entra']],
  'jwt-entra, scope': [['jwt-entra', 'scope']],
  'jwt-entra, rate-limit': [['jwt-entra'], [LIMIT]],
  'jwt-entra, revocation': [['jwt-entra'], [REVOCATION]],
  'origin, prm, jwt-entra, scope': [['origin', 'prm', 'jwt-entra', 'scope']],
  'jwt-entra, authz': [['jwt-entra'], [AUTHZ]],
  'jwt-entra, authz of 500 rules': [['jwt-entra'], [AUTHZ_500]],
  'messages read': [[], [REQUESTS]],
  'messages and results read': [[], [READER]],
  'audit to a file, messages: false': [[], [audit({ messages: false })]],
  'audit to a file, messages read': [[], [audit()]],
  'otel, not sampled': [[], [UNSAMPLED]],
  'otel, sampled': [[], [{ otel: { sample: 1 } }]],
  'messages and results read, otel, not sampled': [[], [UNSAMPLED, READER]],
  'messages and results read, otel, sampled': [[], [{ otel: { sample: 1 } }, READER]],
  'prm, jwt-entra, scope, rate-limit, audit, otel': [SIX.filters, SIX.more]
}

/** Sluice with one filter, and with all. */
export const filters: Scenario = {
  name: 'filters',
  title: 'Each filter alone',
  about:
    'The same load on the core with the named filters and no other (the command puts origin in front of every chain).',
  metrics: LOAD_METRICS,
  ratio: { metric: 'cpuMicros', to: ['no filter'] },
  tokens: () => 500,
  run: async bench => {
    const load = await usualLoad(bench)
    return interleave(
      bench,
      Object.entries(CHAINS).map(([name, chain]) => loadVariant(bench, onlyFilters(name, ...chain), load))
    )
  }
}
