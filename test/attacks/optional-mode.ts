import type { Attack, AttackTable } from './attack.ts'
import { bearer, post, request } from './requests.ts'
import { route } from './target-routes.ts'
import { refused, refusedRequest } from './token-rows.ts'
import { api, encode, headerOf, tenant } from '../../plugins/jwt-entra/test/tokens.ts'

/** Served to nobody in particular: what was sent as a credential elsewhere is none. */
const anonymous = (name: string, ...fields: readonly string[]): Attack => ({
  name,
  sent: post('/optional', ...fields),
  expected: { status: 200, saw: [['POST /optional', 'Content-Type: application/json', '', '{}']] }
})

/** `mode: optional` lets callers in that bring nothing. A credential that fails must never be taken for nothing. */
export const optionalMode: AttackTable = {
  subject: 'Optional mode',
  about:
    'credentials that fail where none is needed: they are refused, never overlooked; policies that need a person still ask for one',
  async rows(target) {
    const authority = 'http://127.0.0.1:1'
    const away = route('away', target.upstream.url, [
      { 'jwt-entra': { tenant, authority, audiences: [api], mode: 'optional' } }
    ])
    await target.start({ routes: [away] })
    const at = (name: string, token: string, code: string) => refused(name, token, code, '/optional')
    const sent = (
      name: string,
      status: number,
      error: string | undefined,
      code: string,
      ...fields: readonly string[]
    ) => refusedRequest(name, post('/optional', ...fields), status, error, `SLUICE_AUTH_${code}`)
    const good = target.token()
    const form = 'grant_type=x&access_token=y'
    return [
      at('an opaque token', 'EwB4A8l6BAAU', 'TOKEN_MALFORMED'),
      at('nothing after Bearer', '', 'TOKEN_MALFORMED'),
      at('an expired token', target.token({ exp: 1 }), 'TOKEN_EXPIRED'),
      at('a token for another API', target.token({ aud: tenant }), 'AUDIENCE_REFUSED'),
      at('a token of another tenant', target.token({ tid: api }), 'TENANT_REFUSED'),
      at(
        'an unsigned token',
        `${encode({ ...headerOf(target.key), alg: 'none' })}.${encode(target.claims())}.`,
        'ALGORITHM_NONE'
      ),
      at('a signature that does not match', `${good.slice(0, -40)}${'A'.repeat(40)}`, 'SIGNATURE_INVALID'),
      at('an unknown key', target.token({}, { kid: 'made-up' }), 'KEY_UNKNOWN'),
      at('an ID token', target.token({ scp: undefined, azp: undefined, nonce: 'n' }), 'ID_TOKEN'),
      sent('an empty Authorization', 401, 'none', 'SCHEME_UNSUPPORTED', 'Authorization:'),
      sent('Basic', 401, 'none', 'SCHEME_UNSUPPORTED', 'Authorization: Basic YWRtaW46YWRtaW4='),
      sent('Negotiate', 401, 'none', 'SCHEME_UNSUPPORTED', 'Authorization: Negotiate YIIK'),
      sent('the token without a scheme', 401, 'none', 'SCHEME_UNSUPPORTED', `Authorization: ${good}`),
      sent('a tab in place of the space', 401, 'none', 'SCHEME_UNSUPPORTED', `Authorization: Bearer\t${good}`),
      sent(
        'DPoP',
        401,
        'none',
        'PROOF_UNSUPPORTED',
        `Authorization: DPoP ${good}`,
        'DPoP: eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.AA'
      ),
      sent(
        'two Authorization',
        400,
        'invalid_request',
        'CREDENTIALS_REPEATED',
        'Authorization: Bearer x',
        `Authorization: Bearer ${good}`
      ),
      refusedRequest(
        'a token in the query',
        post(`/optional?access_token=${good}`),
        400,
        'invalid_request',
        'SLUICE_AUTH_TOKEN_IN_QUERY'
      ),
      refusedRequest(
        'a token in the query, its name encoded',
        post(`/optional?a=b&access%5ftoken=${good}`),
        400,
        'invalid_request',
        'SLUICE_AUTH_TOKEN_IN_QUERY'
      ),
      refusedRequest(
        'a token in the query behind a semicolon',
        post(`/optional?a;access_token=${good}`),
        400,
        'invalid_request',
        'SLUICE_AUTH_TOKEN_IN_QUERY'
      ),
      refusedRequest(
        'a token in the query and a good one in the header',
        bearer(good, '/optional?access_token=x'),
        400,
        'invalid_request',
        'SLUICE_AUTH_TOKEN_IN_QUERY'
      ),
      refusedRequest(
        'a token in a form',
        request(
          'POST /optional',
          ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${form.length}`],
          form
        ),
        415,
        undefined,
        'SLUICE_AUTH_FORM_REFUSED'
      ),
      refusedRequest(
        'a form by a type in a list',
        request(
          'POST /optional',
          ['Content-Type: application/json, application/x-www-form-urlencoded', `Content-Length: ${form.length}`],
          form
        ),
        415,
        undefined,
        'SLUICE_AUTH_FORM_REFUSED'
      ),
      refusedRequest(
        'a good token while the keys are out of reach',
        bearer(good, '/away'),
        503,
        undefined,
        'SLUICE_AUTH_KEYS_UNAVAILABLE'
      ),
      refusedRequest(
        'nobody where a scope is needed',
        post('/optional-scope'),
        401,
        'none',
        'SLUICE_SCOPE_SIGN_IN_REQUIRED'
      ),
      refusedRequest(
        'a token without the scope',
        bearer(target.token({ scp: 'x' }), '/optional-scope'),
        403,
        'insufficient_scope',
        'SLUICE_SCOPE_INSUFFICIENT'
      ),
      anonymous('a token as a cookie', `Cookie: access_token=${good}`),
      anonymous('a token for a proxy', `Proxy-Authorization: Bearer ${good}`),
      anonymous(
        'a principal of the client’s own',
        'X-Sluice-Principal: admin',
        'X_Forwarded_User: admin',
        'X-Forwarded-Email: admin@contoso.example'
      )
    ]
  }
}
