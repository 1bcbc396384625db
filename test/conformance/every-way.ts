import { join } from 'node:path'
import { startDemoMcpServer } from '@sluice/demo'
import { bearerProxy } from '../support/bearer-proxy.ts'
import type { Closing } from '../support/closing.ts'
import { contoso } from '../support/contoso.ts'
import { conformanceServer } from './server/conformance-server.ts'
import { type CheckResult, type Revision, runSuite } from './suite.ts'

/** What the suite finds at one and the same kind of MCP server. */
export interface EveryWay {
  /** Without the gateway. */
  readonly direct: readonly CheckResult[]
  readonly gateway: readonly CheckResult[]
  /** Through a gateway that reads every message and every result. */
  readonly reading: readonly CheckResult[]
  /** Through a gateway with a policy that allows everything. */
  readonly policed: readonly CheckResult[]
}

const READER = join(import.meta.dirname, '../support/reads-everything.ts')

/** Runs the suite every way at once, against servers of their own: they notify every stream of what changes. */
export const runEveryWay = async (t: Closing, revision: Revision): Promise<EveryWay> => {
  const server = await startDemoMcpServer({ other: conformanceServer() })
  t.teardown(() => server.close())
  const [direct, gateway, reading, policed] = await Promise.all([
    runSuite(server.url, revision),
    runThrough(t, revision, []),
    runThrough(t, revision, [{ [READER]: {} }]),
    runThrough(t, revision, [], [{ authz: { rules: [{ allow: 'true' }] } }])
  ])
  return { direct, gateway, reading, policed }
}

const runThrough = async (
  t: Closing,
  revision: Revision,
  filters: readonly object[],
  routeFilters: readonly object[] = []
): Promise<CheckResult[]> => {
  const { mcp, entra } = await contoso(t, { server: { other: conformanceServer() }, filters, routeFilters })
  return runSuite(await bearerProxy(t, mcp, entra.issueToken({ scopes: ['mcp_access'] })), revision)
}
