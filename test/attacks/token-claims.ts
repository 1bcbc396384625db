import type { ProviderKey } from '../../plugins/jwt-entra/test/open-id-provider.ts'
import {
  api,
  apiUri,
  appClaims,
  client,
  headerOf,
  otherTenant,
  person,
  tenant,
  v1Claims,
  writeToken,
  type Json
} from '../../plugins/jwt-entra/test/tokens.ts'
import type { Attack, AttackTable } from './attack.ts'
import { part, refused, refusedRequest } from './token-rows.ts'
import { bearer } from './requests.ts'

/** Claims under a good signature: tokens that Entra might issue to somebody for something else. */
export const tokenClaims: AttackTable = {
  subject: 'Claims',
  about:
    'every claim wrong, missing and of the wrong type: time, audience, tenant, issuer, version, kind, scopes, roles',
  async rows(target) {
    await target.start()
    const { provider, key, clock } = target
    const now = clock.seconds
    const v1 = (extra: Json) => writeToken(headerOf(key), v1Claims(provider, Date.now(), extra), key)
    const app = (extra: Json) => writeToken(headerOf(key), appClaims(provider, Date.now(), extra), key)
    const claims = (name: string, extra: Json, code: string) => refused(name, target.token(extra), code)
    const malformed = (name: string, extra: Json) => claims(name, extra, 'CLAIMS_MALFORMED')
    const forbidden = (name: string, token: string, code: string, error?: string): Attack =>
      refusedRequest(name, bearer(token), 403, error, `SLUICE_${code}`)
    const raw = (text: string) => {
      const whole = JSON.stringify(target.claims()).slice(0, -1)
      return target.token({}).split('.')[0] + `.${part(`${whole},${text}}`)}`
    }
    const signedRaw = (text: string) => writeRaw(raw(text), key.privateKey)
    return [
      claims('exp an hour ago', { exp: now - 3600 }, 'TOKEN_EXPIRED'),
      claims('exp as long ago as the skew', { exp: now - 60 }, 'TOKEN_EXPIRED'),
      claims('exp negative', { exp: -1 }, 'TOKEN_EXPIRED'),
      claims('nbf further ahead than the skew', { nbf: now + 61 }, 'TOKEN_NOT_YET_VALID'),
      claims('iat further ahead than the skew', { iat: now + 61 }, 'TOKEN_NOT_YET_VALID'),
      claims('iat in another century, nbf now', { iat: 7_000_000_000 }, 'TOKEN_NOT_YET_VALID'),
      malformed('no exp', { exp: undefined }),
      malformed('exp null', { exp: null }),
      malformed('exp as text', { exp: String(now + 3600) }),
      malformed('exp as a list', { exp: [now + 3600] }),
      refused('exp beyond every number (1e999)', await signedRaw('"exp":1e999'), 'CLAIMS_MALFORMED'),
      malformed('nbf as text', { nbf: '0' }),
      malformed('iat as text', { iat: String(now) }),
      malformed('no aud', { aud: undefined }),
      malformed('aud as a list with ours in it', { aud: [api, otherTenant] }),
      malformed('aud as an object', { aud: { toString: api } }),
      malformed('no sub', { sub: undefined }),
      malformed('no oid', { oid: undefined }),
      malformed('oid that is no GUID', { oid: `${person}\u0000` }),
      malformed('scp as a list', { scp: ['mcp_access'] }),
      malformed('roles as text', { roles: 'Mcp.Call' }),
      malformed('roles with a number in it', { roles: ['Mcp.Call', 1] }),
      malformed('groups as an object', { groups: { 0: person } }),
      malformed('idtyp as a list', { idtyp: ['user'] }),
      claims('another API', { aud: otherTenant }, 'AUDIENCE_REFUSED'),
      claims('aud below ours', { aud: `${apiUri}/x` }, 'AUDIENCE_REFUSED'),
      claims('aud with two slashes more', { aud: `${apiUri}//` }, 'AUDIENCE_REFUSED'),
      claims('aud with a space more', { aud: `${api} ` }, 'AUDIENCE_REFUSED'),
      claims('Microsoft Graph', { aud: 'https://graph.microsoft.com' }, 'GRAPH_TOKEN'),
      claims('another tenant', { tid: otherTenant, iss: `${provider.origin}/${otherTenant}/v2.0` }, 'TENANT_REFUSED'),
      claims('a tid that is a path to our tenant', { tid: `../${tenant}` }, 'TENANT_REFUSED'),
      claims('no tid', { tid: undefined }, 'TENANT_REFUSED'),
      claims('the issuer of another tenant', { iss: `${provider.origin}/${otherTenant}/v2.0` }, 'ISSUER_REFUSED'),
      claims('the issuer with a slash more', { iss: `${provider.issuer('2.0')}/` }, 'ISSUER_REFUSED'),
      claims('the issuer as a list', { iss: [provider.issuer('2.0')] }, 'ISSUER_REFUSED'),
      claims('a version 1 issuer in a version 2 token', { iss: provider.issuer('1.0') }, 'ISSUER_REFUSED'),
      refused('a version 2 issuer in a version 1 token', v1({ iss: provider.issuer('2.0') }), 'ISSUER_REFUSED'),
      claims('ver 3.0', { ver: '3.0' }, 'VERSION_REFUSED'),
      claims('ver as a number', { ver: 2 }, 'VERSION_REFUSED'),
      refused('two ver, the last of them unknown', await signedRaw('"ver":"9.9"'), 'VERSION_REFUSED'),
      claims('an ID token', { scp: undefined, azp: undefined, nonce: 'n' }, 'ID_TOKEN'),
      claims('an ID token with roles and azp', { scp: undefined, roles: ['Mcp.Call'], c_hash: 'h' }, 'ID_TOKEN'),
      claims('no client', { azp: undefined }, 'KIND_UNKNOWN'),
      claims('the version 1 name of the client', { azp: undefined, appid: client }, 'KIND_UNKNOWN'),
      claims('neither scopes nor roles', { scp: undefined }, 'KIND_UNKNOWN'),
      claims('scopes of nothing but spaces', { scp: '  ' }, 'KIND_UNKNOWN'),
      claims('marks of a person and of an application', { idtyp: 'app' }, 'KIND_CONTRADICTORY'),
      forbidden('an application without a role', app({ roles: undefined }), 'AUTH_ROLES_MISSING'),
      forbidden('an application with a role, where none lets it in', app({}), 'SCOPE_APP_REFUSED'),
      forbidden(
        'a device-bound token as a plain one',
        target.token({ cnf: { kid: 'x', xms_ksl: 'sw' } }),
        'AUTH_DEVICE_BOUND'
      ),
      forbidden('another scope', target.token({ scp: 'mcp_admin' }), 'SCOPE_INSUFFICIENT', 'insufficient_scope'),
      forbidden(
        'a scope that begins like ours',
        target.token({ scp: 'mcp_access_all' }),
        'SCOPE_INSUFFICIENT',
        'insufficient_scope'
      ),
      forbidden(
        'our scope in another case',
        target.token({ scp: 'MCP_ACCESS' }),
        'SCOPE_INSUFFICIENT',
        'insufficient_scope'
      ),
      forbidden(
        'our scope as a role',
        target.token({ scp: 'x', roles: ['mcp_access'] }),
        'SCOPE_INSUFFICIENT',
        'insufficient_scope'
      ),
      forbidden(
        'scopes apart by a tab',
        target.token({ scp: 'mcp_access\tx' }),
        'SCOPE_INSUFFICIENT',
        'insufficient_scope'
      )
    ]
  }
}

/** Signs text that no JSON writer would make. */
const writeRaw = async (input: string, privateKey: ProviderKey['privateKey']): Promise<string> => {
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}
