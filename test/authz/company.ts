import authz from '@sluice/plugin-authz'
import type { Decision } from '@sluice/plugin-api'
import type { EntraEmulator } from '@sluice/entra-emulator'
import { createGateway } from '@sluice/core'
import type { Test } from 'tap'
import { contosoWith } from '../../packages/entra-emulator/test/contoso.ts'
import { ids } from '../../packages/entra-emulator/test/directory.ts'
import { recordingLog } from '../support/log.ts'
import { upstream } from '../support/upstream.ts'

const GRAPH = '00000003-0000-0000-c000-000000000000'

/** Application permissions of Microsoft Graph. */
export const grant = (...roles: string[]) => roles.map(role => ({ resource: GRAPH, role }))

/** A directory, in which the gateway's own application may read groups. */
export const directory = contosoWith(
  {},
  { [ids.daemon]: { appRoleAssignments: grant('User.ReadBasic.All', 'GroupMember.Read.All') } }
)

/** Entra, and a gateway with authz in front of a server that answers everything. */
export const company = async (t: Test, entra: EntraEmulator, config: object) => {
  const decisions: Decision[] = []
  const { url } = await upstream(t, (req, res) => {
    req.resume().on('end', () => {
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end('{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"pay"},{"name":"get_time"}]}}')
    })
  })
  const notes = {
    name: 'notes',
    version: '1.0.0',
    api: 1 as const,
    configSchema: {},
    create: () => ({
      onFinish: (_end: unknown, x: { decisions: readonly Decision[] }) => void decisions.push(...x.decisions)
    })
  }
  const { log, lines } = recordingLog()
  const gateway = createGateway(
    {
      publicUrl: 'http://127.0.0.1:8080',
      listen: { port: 0 },
      admin: { port: 0 },
      shutdown: { grace: '0s' },
      routes: [
        {
          name: 'demo',
          path: '/mcp',
          upstream: url,
          filters: [
            { notes: {} },
            { 'jwt-entra': { tenant: ids.tenant, authority: entra.authority, audiences: [ids.mcp] } },
            { authz: config }
          ]
        }
      ]
    },
    { plugins: [notes, authz], pluginBases: [import.meta.url], log }
  )
  t.teardown(() => gateway.close())
  const { url: origin, adminUrl } = await gateway.start()
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  const send = (token: string, method: string, params: object = {}) =>
    fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    })
  return {
    gateway,
    decisions,
    lines,
    send,
    call: (token: string, name: string) => send(token, 'tools/call', { name }),
    code: async (token: string, name: string) =>
      (await send(token, 'tools/call', { name })).headers.get('x-sluice-error')
  }
}
