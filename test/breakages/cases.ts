import { discoverAuthorizationServerMetadata, refreshAuthorization, registerClient } from '@modelcontextprotocol/client'
import { readCode } from '@sluice/aadsts'
import { loadConfig } from '@sluice/core'
import type { Test } from 'tap'
import { RawClient } from '../support/raw-client.ts'
import { allowing } from './allowing.ts'
import { API, CLIENT, type Company, type Differences, goodMetadata, TENANT } from './company.ts'
import { signInWithSdk } from './sdk-client.ts'
import { authorize, refreshTokenFor } from './requests-by-hand.ts'

/** One way in which a set-up breaks: what happens to a client in direct mode, and what the doctor says beforehand. */
export interface Case {
  /** Number of the breakage. */
  readonly id: number
  readonly name: string
  readonly differences?: Differences
  /** What Entra answers; the doctor must have named it. */
  readonly code?: number
  /** What a client meets that gets no code. */
  readonly meets?: string
  readonly severity: 'fault' | 'limit'
  /** What the doctor's evidence says. */
  readonly evidence: RegExp
  /** What happens to a client. Without it the client of the MCP SDK gets the code when it signs in. */
  direct?(t: Test, company: Company): Promise<void>
  /** What happens to a client where the facade stands in front of the same set-up. */
  readonly facade: FacadeCell
  /** The doctor looks at another configuration than the one that is served. */
  examined?(company: Company): ReturnType<typeof loadConfig>
}

/** A cell of the facade's column. */
export type FacadeCell =
  | keyof typeof facadeCells
  | { readonly says: string; run(t: Test, company: Company): Promise<void> }

/** What the gateway gives the client of the MCP SDK, and Entra's code for the gateway, which is passed on. */
const facadeCells = {
  'gets in': undefined,
  AADSTS650053: 650053,
  AADSTS70011: 70011,
  AADSTS500011: 500011
} as const

/** Signs in through the gateway, as {@link Case.facade} says. */
export const signInAtFacade = async (t: Test, { mcp }: Company, cell: keyof typeof facadeCells): Promise<void> => {
  const { code, failure } = await signInWithSdk(t, mcp, { visit: allowing })
  t.equal(code, facadeCells[cell], String(failure))
  if (facadeCells[cell] === undefined) t.equal(failure, undefined, 'signed in, and connected')
}

const issuerOf = ({ entra }: Company): string => `${entra.authority}/${TENANT}/v2.0`

const metadataOf = async (company: Company) => {
  const metadata = await discoverAuthorizationServerMetadata(issuerOf(company))
  if (metadata === undefined) throw new Error('the client found no metadata')
  return metadata
}

export const cases: readonly Case[] = [
  {
    id: 1,
    name: 'a tenant that takes no resource',
    differences: { tenant: { resourceParameter: 'refused' } },
    code: 901002,
    severity: 'fault',
    evidence: /AADSTS901002/,
    facade: 'gets in'
  },
  {
    id: 2,
    name: 'an identifier URI of the older kind',
    differences: {
      api: () => ({ identifierUris: [`api://${API}`] }),
      prm: (mcp, authority) => ({ ...goodMetadata(mcp, authority), scopesSupported: [`api://${API}/mcp_access`] })
    },
    code: 9010010,
    severity: 'fault',
    evidence: /the identifier URIs are api:/,
    facade: 'gets in'
  },
  {
    id: 3,
    name: 'an MCP URL without a path',
    differences: { path: '/' },
    code: 9010010,
    severity: 'fault',
    evidence: /has no path: clients send resource=http:\/\/127\.0\.0\.1:\d+\/,/,
    facade: {
      says: 'gets in',
      run: async (t, { issuer, mcp }) => {
        const client = new RawClient(issuer, CLIENT)
        const { status } = await client.redeem(await client.code(undefined, { resource: new URL(mcp).href }))
        t.equal(status, 200)
      }
    },
    direct: async (t, { entra, mcp }) => {
      // As mcp-remote writes it. The TypeScript SDKs 1.32 and 2.4 leave the slash out.
      const resource = new URL(mcp).href
      const answer = await authorize(entra.authority, { resource, scope: `${mcp}/mcp_access` })
      t.equal(readCode(answer.get('error_description') ?? ''), 9010010)
    }
  },
  {
    id: 4,
    name: 'two MCP servers on one origin',
    differences: {
      routes: authority => [
        {
          name: 'other',
          path: '/other',
          upstream: 'http://127.0.0.1:9/mcp',
          filters: [
            { prm: { tenant: TENANT, authority } },
            { 'jwt-entra': { tenant: TENANT, authority, audiences: [API] } }
          ]
        }
      ]
    },
    meets: '404 for the metadata of the origin',
    severity: 'limit',
    evidence: /\/other is on http/,
    facade: {
      says: 'the same: 404, unless it goes by the challenge',
      run: async (t, { mcp }) => {
        t.equal((await fetch(new URL('/.well-known/oauth-protected-resource', mcp))).status, 404)
        t.equal((await signInWithSdk(t, mcp, { visit: allowing })).failure, undefined)
      }
    },
    direct: async (t, { mcp }) => {
      const root = new URL('/.well-known/oauth-protected-resource', mcp)
      t.equal((await fetch(root)).status, 404, 'a client that looks at the origin finds nothing')
    }
  },
  {
    id: 5,
    name: 'a client without a client ID',
    meets: 'the client gives up: no dynamic client registration',
    severity: 'limit',
    evidence: /no registration_endpoint/,
    facade: {
      says: 'registers, and gets in',
      run: async (t, { issuer, mcp }) => {
        const metadata = (await discoverAuthorizationServerMetadata(issuer))!
        const clientMetadata = { redirect_uris: ['http://127.0.0.1/callback'] }
        const { client_id: clientId } = await registerClient(issuer, { metadata, clientMetadata })
        t.equal((await signInWithSdk(t, mcp, { clientId, visit: allowing })).failure, undefined)
      }
    },
    direct: async (t, company) => {
      const metadata = await metadataOf(company)
      const clientMetadata = { redirect_uris: ['http://127.0.0.1/callback'] }
      await t.rejects(registerClient(issuerOf(company), { metadata, clientMetadata }), /dynamic client registration/)
    }
  },
  {
    id: 6,
    name: 'a client that insists on PKCE being announced',
    meets: 'the client gives up: PKCE is not announced',
    severity: 'limit',
    evidence: /no code_challenge_methods_supported/,
    facade: {
      says: 'PKCE is announced: gets in',
      run: async (t, company) => {
        const metadata = await discoverAuthorizationServerMetadata(company.issuer)
        t.strictSame(metadata?.code_challenge_methods_supported, ['S256'])
        await signInAtFacade(t, company, 'gets in')
      }
    },
    direct: async (t, company) => {
      t.equal((await metadataOf(company)).code_challenge_methods_supported, undefined)
    }
  },
  {
    id: 7,
    name: 'a client that knows RFC 8414 only',
    meets: 'the client finds no metadata',
    severity: 'limit',
    evidence: /oauth-authorization-server\/.*\(404\)/,
    facade: {
      says: 'finds it, and gets in',
      run: async (t, company) => {
        const { origin, pathname } = new URL(company.issuer)
        const found = await fetch(`${origin}/.well-known/oauth-authorization-server${pathname}`)
        t.match(await found.json(), { issuer: company.issuer })
        await signInAtFacade(t, company, 'gets in')
      }
    },
    direct: async (t, { entra }) => {
      const url = `${entra.authority}/.well-known/oauth-authorization-server/${TENANT}/v2.0`
      t.equal((await fetch(url)).status, 404)
    }
  },
  {
    id: 8,
    name: 'version 2 tokens, and an audience of version 1',
    differences: { jwt: { audiences: [`api://${API}`] } },
    meets: '401 `SLUICE_AUTH_AUDIENCE_REFUSED` after the sign-in',
    severity: 'fault',
    evidence: /version 2, their aud can be 22222222/,
    facade: {
      says: 'the same: 401 `SLUICE_AUTH_AUDIENCE_REFUSED`',
      run: async (t, { mcp }) => {
        const { failure } = await signInWithSdk(t, mcp, { visit: allowing })
        t.match(failure, /401|Unauthorized/, 'signed in, and refused by the gateway')
      }
    },
    direct: async (t, { mcp }) => {
      const { failure } = await signInWithSdk(t, mcp)
      t.match(failure, /401|Unauthorized/, 'signed in, and refused by the gateway')
    }
  },
  {
    id: 8,
    name: 'version 1 tokens, and an audience of version 2',
    differences: {
      api: () => ({ identifierUris: [`api://${API}`], requestedAccessTokenVersion: 1 }),
      prm: (mcp, authority) => ({ ...goodMetadata(mcp, authority), scopesSupported: [`api://${API}/mcp_access`] })
    },
    meets: '401 `SLUICE_AUTH_AUDIENCE_REFUSED` after the sign-in',
    severity: 'fault',
    evidence: /version 1, their aud can be api:/,
    facade: {
      says: 'the same: 401 `SLUICE_AUTH_AUDIENCE_REFUSED`',
      run: async (t, { mcp }) => {
        const { failure } = await signInWithSdk(t, mcp, { visit: allowing })
        t.match(failure, /401|Unauthorized/, 'signed in, and refused by the gateway')
      }
    },
    direct: async (t, { mcp, entra }) => {
      const authorization = `Bearer ${entra.issueToken({ claims: { aud: `api://${API}` } })}`
      const response = await fetch(mcp, { method: 'POST', body: '{}', headers: { authorization } })
      t.equal(response.headers.get('x-sluice-error'), 'SLUICE_AUTH_AUDIENCE_REFUSED')
    }
  },
  {
    id: 9,
    name: 'a scope in short form',
    differences: { prm: (_mcp, authority) => ({ tenant: TENANT, authority, scopesSupported: ['mcp_access'] }) },
    code: 650053,
    severity: 'fault',
    evidence: /ask for mcp_access, which Entra looks for at Microsoft Graph/,
    facade: 'gets in'
  },
  {
    id: 9,
    name: 'a scope that the API does not expose',
    differences: {
      prm: (mcp, authority) => ({ tenant: TENANT, authority, scopesSupported: [`${mcp}/mcp_admin`] }),
      required: ['mcp_admin']
    },
    code: 650053,
    severity: 'fault',
    evidence: /ask for mcp_admin; the scopes that 22222222-.* exposes are mcp_access/,
    facade: 'AADSTS650053'
  },
  {
    id: 10,
    name: 'no scope in the metadata and none in the challenge',
    differences: { prm: (_mcp, authority) => ({ tenant: TENANT, authority }), required: [] },
    code: 900144,
    severity: 'fault',
    evidence: /names a scope of this API/,
    facade: 'gets in'
  },
  {
    id: 11,
    name: 'a client that refreshes without scope',
    code: 90009,
    severity: 'limit',
    evidence: /wants the scope again/,
    facade: {
      says: 'refreshes',
      run: async (t, { issuer }) => {
        const client = new RawClient(issuer, CLIENT)
        const { document } = await client.redeem(await client.code())
        t.equal((await client.refresh(document['refresh_token']!)).status, 200)
      }
    },
    direct: async (t, company) => {
      const scope = `${company.mcp}/mcp_access offline_access`
      const refreshToken = await refreshTokenFor(company, scope)
      const metadata = await metadataOf(company)
      const refused: unknown = await refreshAuthorization(issuerOf(company), {
        metadata,
        clientInformation: { client_id: CLIENT },
        refreshToken: refreshToken!
      }).catch((error: unknown) => error)
      t.equal(readCode(String(refused)), 90009)
    }
  },
  {
    id: 11,
    name: '.default beside another scope',
    differences: {
      prm: (mcp, authority) => ({
        tenant: TENANT,
        authority,
        scopesSupported: [`${mcp}/.default`, `${mcp}/mcp_access`]
      }),
      required: []
    },
    code: 70011,
    severity: 'fault',
    evidence: /\.default does not stand beside others/,
    facade: 'AADSTS70011'
  },
  {
    id: 12,
    name: 'a client that does not ask for offline_access',
    meets: 'no refresh token: sign in again after an hour or so',
    severity: 'limit',
    evidence: /offline_access is among scopes_supported/,
    facade: {
      says: 'gets a refresh token all the same',
      run: async (t, { issuer }) => {
        const client = new RawClient(issuer, CLIENT)
        const { document } = await client.redeem(await client.code(undefined, { scope: 'mcp_access' }))
        t.ok(document['refresh_token'])
      }
    },
    direct: async (t, company) => {
      t.equal(await refreshTokenFor(company, `${company.mcp}/mcp_access`), undefined)
    }
  },
  {
    id: 13,
    name: 'prompt=consent, and a scope that only administrators grant',
    differences: {
      api: () => ({
        oauth2PermissionScopes: [{ value: 'mcp_access', type: 'Admin' }],
        preAuthorizedApplications: []
      })
    },
    code: 90094,
    severity: 'fault',
    evidence: /only an administrator may consent to mcp_access/,
    facade: {
      says: 'gets in, once an administrator has granted it to the gateway',
      run: async (t, { issuer }) => {
        const client = new RawClient(issuer, CLIENT)
        t.equal((await client.redeem(await client.code(undefined, { prompt: 'consent' }))).status, 200)
      }
    }
  },
  {
    id: 14,
    name: 'organizations in place of a tenant',
    differences: {
      prm: (mcp, authority) => ({
        authorizationServers: [`${authority}/organizations/v2.0`],
        scopesSupported: [`${mcp}/mcp_access`]
      })
    },
    meets: 'the client gives up: issuer mismatch',
    severity: 'fault',
    evidence: /\/organizations\/v2\.0, and .* says that it is .*\{tenantid\}/,
    facade: 'gets in',
    direct: async (t, { mcp }) => {
      const { failure } = await signInWithSdk(t, mcp)
      t.match(failure, /issuer/i)
    }
  },
  {
    id: 15,
    name: 'an identifier URI that nobody registered',
    differences: {
      prm: (mcp, authority) => ({ ...goodMetadata(mcp, authority), scopesSupported: ['api://contoso-mcp/mcp_access'] })
    },
    code: 500011,
    severity: 'fault',
    evidence: /ask for scopes of api:\/\/contoso-mcp/,
    facade: 'AADSTS500011'
  },
  {
    id: 15,
    name: 'a registration without a service principal',
    differences: { api: () => ({ servicePrincipal: false }) },
    code: 500011,
    severity: 'fault',
    evidence: /has no service principal/,
    facade: 'AADSTS500011'
  },
  {
    id: 16,
    name: 'a corrected configuration, and clients that have read the old one',
    meets: 'the client goes on with what it has read',
    severity: 'limit',
    evidence: /scopes_supported is \[".*mcp_access"\], will be \[".*mcp_read"\]/,
    facade: {
      says: 'the same',
      run: async (t, { mcp, issuer }) => {
        for (const path of [
          '/.well-known/oauth-protected-resource/mcp',
          `${new URL(issuer).pathname}/.well-known/openid-configuration`
        ])
          t.match((await fetch(new URL(path, mcp))).headers.get('cache-control'), /max-age=300/)
      }
    },
    direct: async (t, { mcp }) => {
      const url = new URL('/.well-known/oauth-protected-resource/mcp', mcp)
      t.match((await fetch(url)).headers.get('cache-control'), /max-age=300/, 'that is all that a server can say')
    },
    examined: async ({ config, mcp, entra }) => {
      const metadata = { ...goodMetadata(mcp, entra.authority), scopesSupported: [`${mcp}/mcp_read`] }
      const [route] = config.raw.routes
      const filters = [{ prm: metadata }, ...route!.filters.slice(1)] as Record<string, object>[]
      const { publicUrl } = config.raw
      return loadConfig({ publicUrl, routes: [{ ...route!, filters }] }, { pluginBases: [import.meta.url] })
    }
  }
]
