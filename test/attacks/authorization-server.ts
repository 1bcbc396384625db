import { tenant } from '../../plugins/jwt-entra/test/tokens.ts'
import type { Attack, AttackTable } from './attack.ts'
import { get, request } from './requests.ts'
import { route } from './target-routes.ts'

const CLIENT = '66666666-7777-4888-8999-aaaaaaaaaaaa'
const REGISTERED = 'https://app.example/callback'

const form = (parameters: Readonly<Record<string, string>>): string => new URLSearchParams(parameters).toString()

const asked = {
  client_id: 'app',
  redirect_uri: REGISTERED,
  response_type: 'code',
  state: 's',
  code_challenge: 'x'.repeat(43),
  code_challenge_method: 'S256'
}

/** Shown to the person, and nobody is redirected. */
const shown = (name: string, changes: Partial<typeof asked>, code: string, more = ''): Attack => ({
  name,
  sent: get(`/oauth/door/authorize?${form({ ...asked, ...changes })}${more}`),
  expected: { status: 400, code: `SLUICE_OAUTH_${code}`, answerLacks: /^location:/im }
})

/** Goes back to the client as an error. */
const returned = (name: string, changes: Readonly<Record<string, string>>, error: string): Attack => ({
  name,
  sent: get(`/oauth/door/authorize?${form({ ...asked, ...changes })}`),
  expected: {
    status: 302,
    answer: new RegExp(`^location: https://app\\.example/callback\\?error=${error}&.*iss=https%3A`, 'm')
  }
})

const posted = (name: string, path: string, type: string, body: string, code: string, ...fields: string[]): Attack => ({
  name,
  sent: request(`POST ${path}`, [`Content-Type: ${type}`, `Content-Length: ${body.length}`, ...fields], body),
  expected: { status: 400, code: `SLUICE_OAUTH_${code}` }
})

const token = (name: string, parameters: Readonly<Record<string, string>>, code: string, ...fields: string[]): Attack =>
  posted(name, '/oauth/door/token', 'application/x-www-form-urlencoded', form(parameters), code, ...fields)

const registration = (name: string, metadata: unknown, code: string): Attack =>
  posted(name, '/oauth/door/register', 'application/json', JSON.stringify(metadata), code)

const code = {
  client_id: 'app',
  grant_type: 'authorization_code',
  redirect_uri: REGISTERED,
  code_verifier: 'x'.repeat(43)
}

/** What is sent to the authorization server in front of Entra by somebody who has nothing. Entra is not asked by any of it. */
export const authorizationServer: AttackTable = {
  subject: 'Authorization server',
  about:
    'redirect URIs that are not registered, downgrades, grants that would lend the gateway’s credential, made-up codes and tokens, forged consents, registrations for elsewhere',
  async rows(target) {
    const oauth = {
      tenant,
      authority: target.provider.origin,
      clientId: CLIENT,
      credential: { secret: 'the-secret-of-the-gateway' },
      scopes: ['api://x/mcp_access'],
      clients: [{ id: 'app', redirectUris: [REGISTERED] }],
      registration: 'both'
    }
    await target.start({
      routes: [route('door', target.upstream.url, [{ 'entra-oauth': oauth }])],
      config: { sealing: { keys: ['a secret of thirty-two characters or more'] } }
    })
    return [
      shown('a redirect elsewhere', { redirect_uri: 'https://evil.example/' }, 'REDIRECT_URI'),
      shown('a redirect URI that goes on', { redirect_uri: `${REGISTERED}/x` }, 'REDIRECT_URI'),
      shown('a redirect URI with a query', { redirect_uri: `${REGISTERED}?x` }, 'REDIRECT_URI'),
      shown('a redirect URI with dots', { redirect_uri: `${REGISTERED}/../x` }, 'REDIRECT_URI'),
      shown(
        'the registered host as user',
        { redirect_uri: 'https://app.example@evil.example/callback' },
        'REDIRECT_URI'
      ),
      shown(
        'the registered host in front',
        { redirect_uri: 'https://app.example.evil.example/callback' },
        'REDIRECT_URI'
      ),
      shown('http in place of https', { redirect_uri: 'http://app.example/callback' }, 'REDIRECT_URI'),
      shown('a script as redirect URI', { redirect_uri: 'javascript:alert(1)' }, 'REDIRECT_URI'),
      shown('fields in a redirect URI', { redirect_uri: `${REGISTERED}\r\nset-cookie: a=b` }, 'REDIRECT_URI'),
      shown('an unknown client', { client_id: 'nobody' }, 'CLIENT'),
      shown('the gateway’s own client id', { client_id: CLIENT }, 'CLIENT'),
      shown('a made-up registration', { client_id: 'dcr.AAAA' }, 'CLIENT'),
      shown('a document on loopback', { client_id: 'https://127.0.0.1/client.json' }, 'CLIENT'),
      shown('a document without TLS', { client_id: 'http://app.example/client.json' }, 'CLIENT'),
      shown('a redirect URI twice', {}, 'REQUEST', '&redirect_uri=https%3A%2F%2Fevil.example'),
      returned('PKCE by plain', { code_challenge_method: 'plain' }, 'invalid_request'),
      returned('PKCE without method', { code_challenge_method: '' }, 'invalid_request'),
      returned('no PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'),
      returned('a token without a code', { response_type: 'token' }, 'unsupported_response_type'),
      returned('an answer in a fragment', { response_mode: 'fragment' }, 'unsupported_response_type'),
      returned('a request by reference', { request_uri: 'https://evil.example/' }, 'request_uri_not_supported'),
      returned('a scope of Microsoft Graph', { scope: 'https://graph.microsoft.com/.default' }, 'invalid_scope'),
      token('the gateway as a program', { client_id: 'app', grant_type: 'client_credentials' }, 'GRANT_TYPE'),
      token(
        'the gateway for a person',
        { client_id: 'app', grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' },
        'GRANT_TYPE'
      ),
      token('a password', { client_id: 'app', grant_type: 'password', username: 'a', password: 'b' }, 'GRANT_TYPE'),
      token('a made-up code', { ...code, code: 'made-up' }, 'GRANT'),
      token('a code of nothing but zeros', { ...code, code: 'A'.repeat(200) }, 'GRANT'),
      token(
        'a made-up refresh token',
        { client_id: 'app', grant_type: 'refresh_token', refresh_token: 'made-up' },
        'GRANT'
      ),
      token('a code for the gateway itself', { ...code, client_id: CLIENT, code: 'made-up' }, 'CLIENT'),
      token('a client secret', { ...code, code: 'made-up', client_secret: 'guessed' }, 'REQUEST'),
      token('a client assertion', { ...code, code: 'made-up', client_assertion: 'guessed' }, 'REQUEST'),
      token(
        'a client in Authorization',
        { ...code, code: 'made-up' },
        'REQUEST',
        'Authorization: Basic YXBwOmd1ZXNzZWQ='
      ),
      {
        name: 'a callback that nobody began',
        sent: get('/oauth/door/callback?code=made-up&state=made-up'),
        expected: { status: 400, code: 'SLUICE_OAUTH_BROWSER', answerLacks: /^location:/im }
      },
      {
        name: 'a callback with a made-up cookie',
        sent: get('/oauth/door/callback?code=x&state=y', `Cookie: __Host-sluice-browser=${'A'.repeat(22)}`),
        expected: { status: 400, code: 'SLUICE_OAUTH_BROWSER' }
      },
      {
        name: 'a consent by a link',
        sent: get('/oauth/door/consent?request=x&decision=allow'),
        expected: { status: 405, code: 'SLUICE_METHOD_NOT_ALLOWED' }
      },
      posted(
        'a consent without a page',
        '/oauth/door/consent',
        'application/x-www-form-urlencoded',
        'request=x&decision=allow',
        'BROWSER'
      ),
      {
        name: 'a consent from another site',
        sent: request('POST /oauth/door/consent', ['Content-Length: 0', 'Origin: https://evil.example']),
        expected: { status: 403, code: 'SLUICE_ORIGIN_REFUSED' }
      },
      registration('a registration for elsewhere', { redirect_uris: ['https://evil.example/'] }, 'REGISTRATION_URI'),
      registration('a registration of nothing', [], 'REGISTRATION'),
      registration('a registration for a script', { redirect_uris: ['javascript:alert(1)'] }, 'REGISTRATION_URI')
    ]
  }
}
