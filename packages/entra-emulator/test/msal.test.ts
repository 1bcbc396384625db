import {
  ConfidentialClientApplication,
  type Configuration,
  CryptoProvider,
  InteractionRequiredAuthError,
  PublicClientApplication,
  ServerError
} from '@azure/msal-node'
import { decodeJwt } from 'jose'
import t from 'tap'
import type { EntraEmulator } from '../src/index.ts'
import { contosoDirectory as directory, ledgerUri, more } from './contoso.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import { desktopRedirect, readRedirect, start } from './oauth-client.ts'

type NetworkModule = NonNullable<NonNullable<Configuration['system']>['networkClient']>

const entra = 'https://login.microsoftonline.com'

/** Microsoft's own client insists on https and on Entra's host: it is given both, and its requests go to the emulator. */
const networkTo = ({ authority }: EntraEmulator): NetworkModule => {
  const send = async (url: string, init: RequestInit) => {
    if (!url.startsWith(entra)) throw new Error(`${url} is not Entra`)
    const response = await fetch(url.replace(entra, authority), init)
    const text = (await response.text()).replaceAll(authority, entra)
    return { headers: Object.fromEntries(response.headers), body: JSON.parse(text), status: response.status }
  }
  return {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' })
  }
}

const configure = (emulator: EntraEmulator, auth: Configuration['auth']): Configuration => ({
  auth: { authority: `${entra}/${ids.tenant}`, ...auth },
  system: { networkClient: networkTo(emulator) }
})

const mcpScopes = [`${mcpUri}/mcp_access`]

/** Signs Ada in with MSAL, as a desktop program does. */
const signInWithMsal = async (
  emulator: EntraEmulator,
  options: { claims?: string; clientCapabilities?: string[] } = {}
) => {
  const { claims, clientCapabilities = [] } = options
  const client = new PublicClientApplication(configure(emulator, { clientId: ids.desktop, clientCapabilities }))
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
  const request = { scopes: mcpScopes, redirectUri: desktopRedirect, ...(claims === undefined ? {} : { claims }) }
  const pkce = { codeChallenge: challenge, codeChallengeMethod: 'S256' }
  const url = await client.getAuthCodeUrl({ ...request, ...pkce, responseMode: 'query' })
  const answer = await fetch(url.replace(entra, emulator.authority), { redirect: 'manual' })
  const code = readRedirect(answer).get('code') ?? ''
  const result = await client.acquireTokenByCode({ ...request, code, codeVerifier: verifier })
  return { client, result }
}

const middleTier = (emulator: EntraEmulator): ConfidentialClientApplication =>
  new ConfidentialClientApplication(configure(emulator, { clientId: ids.mcp, clientSecret: secret }))

t.test('MSAL signs in, and refreshes without asking', async t => {
  const emulator = await start(t, { directory })
  const { client, result } = await signInWithMsal(emulator)
  t.equal(result.account?.username, 'ada@contoso.example')
  t.equal(decodeJwt(result.accessToken)['scp'], 'mcp_access')
  if (!result.account) throw new Error('no account')
  const silent = { account: result.account, scopes: mcpScopes, forceRefresh: true }
  const refreshed = await client.acquireTokenSilent(silent)
  t.not(refreshed.accessToken, result.accessToken)
  emulator.revokeSignInSessions('ada@contoso.example')
  await t.rejects(client.acquireTokenSilent(silent), { message: /AADSTS50173/ })
})

t.test('MSAL tells the API in the middle which claims the client has to ask for', async t => {
  const emulator = await start(t, { directory })
  const api = middleTier(emulator)
  const { result } = await signInWithMsal(emulator)
  const orders = await api.acquireTokenOnBehalfOf({
    oboAssertion: result.accessToken,
    scopes: [`${ordersUri}/orders_read`]
  })
  t.equal(decodeJwt(orders?.accessToken ?? '')['appid'], ids.mcp)
  const ledger = { oboAssertion: result.accessToken, scopes: [`${ledgerUri}/ledger_read`] }
  const refusal: unknown = await api.acquireTokenOnBehalfOf(ledger).then(
    () => undefined,
    error => error
  )
  if (!(refusal instanceof InteractionRequiredAuthError)) throw new Error('no InteractionRequiredAuthError')
  t.match(refusal.claims, more.mfaPolicy)
  const stronger = await signInWithMsal(emulator, { claims: refusal.claims })
  const again = await middleTier(emulator).acquireTokenOnBehalfOf({
    ...ledger,
    oboAssertion: stronger.result.accessToken
  })
  t.equal(decodeJwt(again?.accessToken ?? '')['scp'], 'ledger_read')
})

t.test('MSAL takes a missing consent for something to ask about, and other refusals for errors', async t => {
  const emulator = await start(t, { directory })
  const api = middleTier(emulator)
  const { result } = await signInWithMsal(emulator)
  const ask = (scope: string) => api.acquireTokenOnBehalfOf({ oboAssertion: result.accessToken, scopes: [scope] })
  const consent: unknown = await ask(`${ordersUri}/orders_write`).then(
    () => undefined,
    error => error
  )
  t.ok(consent instanceof InteractionRequiredAuthError && consent.subError === 'consent_required')
  await t.rejects(ask(`${ordersUri}/unknown`), ServerError)
})

t.test('the client capability of MSAL reaches the token', async t => {
  const emulator = await start(t, { directory })
  const { result } = await signInWithMsal(emulator, { clientCapabilities: ['CP1'] })
  t.strictSame(decodeJwt(result.accessToken)['xms_cc'], ['CP1'])
})

t.test('MSAL reads the codes of refusals', async t => {
  const emulator = await start(t, { directory })
  const scope = `${mcpUri}/.default`
  const table: [string, string, { clientId?: string; clientSecret?: string; scope?: string }][] = [
    ['7000215', 'invalid_client', { clientSecret: 'wrong' }],
    ['700016', 'unauthorized_client', { clientId: '00000000-0000-4000-8000-000000000000' }],
    ['500011', 'invalid_resource', { scope: 'api://unknown/.default' }],
    ['1002012', 'invalid_scope', { scope: mcpScopes[0] ?? '' }],
    ['82001', 'unauthorized_client', { clientId: more.blueprint }]
  ]
  for (const [errorNo, errorCode, changes] of table) {
    const { clientId = ids.daemon, clientSecret = secret } = changes
    const client = new ConfidentialClientApplication(configure(emulator, { clientId, clientSecret }))
    const refusal: unknown = await client.acquireTokenByClientCredential({ scopes: [changes.scope ?? scope] }).then(
      () => undefined,
      error => error
    )
    if (!(refusal instanceof ServerError)) throw new Error(`${errorNo}: no ServerError`)
    t.match(refusal, { errorCode, errorNo, errorMessage: new RegExp(`AADSTS${errorNo}: `) })
  }
  const { accessToken } = (await middleTier(emulator).acquireTokenByClientCredential({ scopes: [scope] })) ?? {}
  t.equal(decodeJwt(accessToken ?? '')['azp'], ids.mcp)
})
