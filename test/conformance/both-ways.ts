import { startDemoMcpServer } from '@sluice/demo'
import { bearerProxy } from '../support/bearer-proxy.ts'
import type { Closing } from '../support/closing.ts'
import { contoso } from '../support/contoso.ts'
import { conformanceServer } from './server/conformance-server.ts'
import { type CheckResult, type Revision, runSuite } from './suite.ts'

/** What the suite finds at one and the same kind of MCP server, without and with the gateway in front of it. */
export interface BothWays {
  readonly direct: readonly CheckResult[]
  readonly gateway: readonly CheckResult[]
}

/** Runs the suite both ways at once, against servers of their own: they notify every stream of what changes. */
export const runBothWays = async (t: Closing, revision: Revision): Promise<BothWays> => {
  const server = await startDemoMcpServer({ other: conformanceServer() })
  t.teardown(() => server.close())
  const { mcp, entra } = await contoso(t, { server: { other: conformanceServer() } })
  const proxied = await bearerProxy(t, mcp, entra.issueToken({ scopes: ['mcp_access'] }))
  const [direct, gateway] = await Promise.all([runSuite(server.url, revision), runSuite(proxied, revision)])
  return { direct, gateway }
}
