import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createGateway } from '@sluice/core'
import type { EntraEmulator } from '@sluice/entra-emulator'
import t, { type Test } from 'tap'
import { contosoWith, more } from '../packages/entra-emulator/test/contoso.ts'
import { ids, secret } from '../packages/entra-emulator/test/directory.ts'
import { start } from '../packages/entra-emulator/test/oauth-client.ts'
import { recordingLog } from './support/log.ts'
import { upstream } from './support/upstream.ts'

const GRAPH = '00000003-0000-0000-c000-000000000000'
const directory = contosoWith(
  {},
  { [ids.daemon]: { appRoleAssignments: [{ resource: GRAPH, role: 'User.Read.All' }] } }
)

/** Calls a tool of an example, and gives the error code. */
type Call = (token: string, tool: string, args?: object) => Promise<string | null>

const example = async (t: Test, name: string, entra: EntraEmulator): Promise<Call> => {
  const { url: mcp } = await upstream(t, (req, res) => {
    req.resume().on('end', () => res.setHeader('content-type', 'application/json').end('{}'))
  })
  const { log } = recordingLog()
  const env = {
    PORT: '0',
    ADMIN_PORT: '0',
    MCP_UPSTREAM: mcp,
    ENTRA_TENANT_ID: ids.tenant,
    ENTRA_CLIENT_ID: ids.mcp,
    ENTRA_AUTHORITY: entra.authority,
    GRAPH_ORIGIN: entra.authority,
    GRAPH_CLIENT_ID: ids.daemon,
    GRAPH_SECRET: secret,
    WRITERS_GROUP_ID: more.writers
  }
  const file = join(resolve(import.meta.dirname, '..'), 'config/examples', name)
  const gateway = createGateway(file, { env, pluginBases: [import.meta.url], log })
  t.teardown(() => gateway.close())
  const { url, adminUrl } = await gateway.start()
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  return async (token, tool, args = {}) => {
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } })
    })
    await response.text()
    return response.headers.get('x-sluice-error')
  }
}

const REFUSED = 'SLUICE_AUTHZ_REFUSED'
const ARGUMENTS = 'SLUICE_AUTHZ_ARGUMENTS_REFUSED'

/** What each example says of itself. */
const claimed: Readonly<Record<string, (t: Test, call: Call, issue: EntraEmulator['issueToken']) => Promise<void>>> = {
  async 'one-team.yaml'(t, call, issue) {
    t.equal(await call(issue({ person: 'ada@contoso.example' }), 'anything'), null)
    t.equal(await call(issue({ person: 'admin@contoso.example' }), 'anything'), REFUSED)
    t.equal(await call(issue({ person: 'max@contoso.example' }), 'anything'), REFUSED, 'nobody knows his groups')
  },
  async 'tools-by-group.yaml'(t, call, issue) {
    const [ada, max] = ['ada', 'max'].map(name => issue({ person: `${name}@contoso.example` })) as [string, string]
    const gil = issue({ person: 'gil_fabrikam.example#EXT#@contoso.example' })
    t.strictSame([await call(ada, 'get_note'), await call(ada, 'put_note')], [null, REFUSED])
    t.strictSame([await call(max, 'get_note'), await call(max, 'put_note')], [null, null], 'Graph knows his groups')
    t.strictSame([await call(gil, 'get_note'), await call(gil, 'get_confidential')], [null, REFUSED])
    t.equal(await call(ada, 'get_confidential'), null)
  },
  async 'argument-limits.yaml'(t, call, issue) {
    const ada = issue({ claims: { roles: [] } })
    const approver = issue({ claims: { roles: ['Payments.Approve'] } })
    t.strictSame([await call(ada, 'pay', { amount: 100 }), await call(ada, 'pay', { amount: 101 })], [null, ARGUMENTS])
    t.equal(await call(approver, 'pay', { amount: 101 }), null)
    t.equal(await call(ada, 'send_mail', { to: ['a@contoso.example'] }), null)
    for (const args of [
      { to: ['a@contoso.example', 'b@example.com'] },
      { to: ['x@evil.example, a@contoso.example'] },
      { to: ['x@evil.example;a@contoso.example'] },
      { to: { 'a@contoso.example': 'x@evil.example' } },
      { to: 'a@contoso.example' },
      { to: [] },
      { to: ['a@contoso.example'], bcc: ['x@evil.example'] }
    ])
      t.equal(await call(ada, 'send_mail', args), ARGUMENTS, JSON.stringify(args))
    t.equal(await call(ada, 'pay', { amount: -100_000 }), ARGUMENTS)
  },
  async 'agents-apart.yaml'(t, call, issue) {
    const onBehalf = issue({ client: more.agent })
    const agent = issue({ kind: 'app', client: more.agent })
    t.equal(await call(issue({ client: ids.desktop }), 'put_note'), null)
    t.strictSame([await call(onBehalf, 'get_note'), await call(onBehalf, 'put_note')], [null, REFUSED])
    t.strictSame([await call(agent, 'send_report'), await call(agent, 'get_note')], [null, REFUSED])
    const unclear = issue({ claims: { xms_act_fct: undefined } })
    t.equal(await call(unclear, 'get_note'), 'SLUICE_AUTHZ_AGENT_UNCLEAR')
  },
  async 'step-up.yaml'(t, call, issue) {
    t.equal(await call(issue({ claims: { acrs: ['c1'] } }), 'delete_everything'), null)
    const capable = issue({ claims: { xms_cc: ['cp1'] } })
    t.equal(await call(capable, 'delete_everything'), 'SLUICE_AUTHZ_STEP_UP_REQUIRED')
    t.equal(await call(capable, 'delete_one'), null)
    t.equal(await call(issue({}), 'delete_everything'), 'SLUICE_AUTHZ_STEP_UP_UNSUPPORTED')
  }
}

for (const [name, says] of Object.entries(claimed)) {
  t.test(`config/examples/${name} does what it says`, async t => {
    const entra = await start(t, { directory })
    await says(t, await example(t, name, entra), options => entra.issueToken(options))
  })
}

t.test('every example of authz is here', async t => {
  const folder = resolve(import.meta.dirname, '../config/examples')
  const withAuthz = globSync('*.yaml', { cwd: folder }).filter(name =>
    readFileSync(join(folder, name), 'utf8').includes('- authz:')
  )
  t.strictSame(withAuthz.toSorted(), Object.keys(claimed).toSorted())
})
