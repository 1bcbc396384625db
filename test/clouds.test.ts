import type { CloudName } from '@sluice/entra-emulator'
import t from 'tap'
import { API, company, TENANT } from './breakages/company.ts'
import { signInWithSdk } from './breakages/sdk-client.ts'

const clouds: readonly CloudName[] = ['global', 'usGovernment', 'china', 'externalId']

/** The issuer of External ID has another host than its authority, so it is written out. */
const metadata = (cloud: CloudName) => (mcp: string, authority: string) => ({
  ...(cloud === 'externalId'
    ? { authorizationServers: [`${authority.replace('localhost', '127.0.0.1')}/${TENANT}/v2.0`] }
    : { tenant: TENANT, authority }),
  scopesSupported: [`${mcp}/mcp_access`]
})

for (const cloud of clouds) {
  t.test(`${cloud}: people sign in, tokens of both versions get in, those of another cloud do not`, async t => {
    const jwt = { audiences: [API, `api://${API}`] }
    const contoso = await company(t, { cloud, prm: metadata(cloud), jwt })
    const { entra, mcp } = contoso
    const { code, tokens, failure } = await signInWithSdk(t, mcp)
    t.match(failure, 'SLUICE_UPSTREAM_UNREACHABLE', 'let in: there is no MCP server behind')
    t.equal(code, undefined)
    t.ok(tokens?.access_token)
    const answer = async (token: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await fetch(mcp, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"ping"}', headers })
      return response.headers.get('x-sluice-error')
    }
    for (const version of [1, 2] as const) {
      t.equal(await answer(entra.issueToken({ version, claims: { aud: API } })), 'SLUICE_UPSTREAM_UNREACHABLE')
      const iss = `https://${version === 1 ? 'sts' : 'login'}.elsewhere.example/${TENANT}/`
      t.equal(await answer(entra.issueToken({ version, claims: { iss } })), 'SLUICE_AUTH_ISSUER_REFUSED')
    }
    const { findings } = await contoso.examine()
    t.strictSame(
      findings.filter(({ severity }) => severity === 'fault'),
      [],
      'and the doctor finds no fault'
    )
  })
}

t.test('with the authority of External ID in the metadata the doctor says what clients will miss', async t => {
  const { entra, examine } = await company(t, { cloud: 'externalId' })
  const { findings } = await examine()
  t.match(findings[0], { id: 14, severity: 'fault', evidence: `${entra.authority}/${TENANT}` })
  t.match(findings[0]?.remedy.configuration, /authorizationServers: \[http:\/\/127\.0\.0\.1:/)
})
