import type { Attack, AttackTable } from './attack.ts'
import { bearer, get, HOST, post, request } from './requests.ts'
import { route } from './target-routes.ts'

const PAGE = 'https://chat.contoso.example'

const foreign = (name: string, sent: string): Attack => ({
  name,
  sent,
  expected: { status: 403, code: 'SLUICE_ORIGIN_REFUSED', answerLacks: /access-control-/i }
})

const page = (name: string, origin: string): Attack => foreign(name, post('/open', `Origin: ${origin}`))

/** Pages in the browsers of people who are signed in, or near the gateway. */
export const origins: AttackTable = {
  subject: 'Origins',
  about: 'pages of foreign, look-alike, opaque and local origins, preflights, and what an upstream says of CORS',
  async rows(target) {
    const paged = route('paged', target.upstream.url, [{ origin: { allowed: [PAGE] } }])
    await target.start({ routes: [paged] })
    const token = target.token()
    const preflight = (path: string, origin: string) =>
      request(`OPTIONS ${path}`, [`Origin: ${origin}`, 'Access-Control-Request-Method: POST'])
    return [
      page('a foreign page', 'https://evil.example'),
      page('an opaque origin', 'null'),
      page('an empty origin', ''),
      page('our name with another one behind it', `https://${HOST}.evil.example`),
      page('our name as a user of another', `https://${HOST}@evil.example`),
      page('a name that ends like ours', `https://evil${HOST}`),
      page('a name below ours', `https://x.${HOST}`),
      page('our name over http', `http://${HOST}`),
      page('our name on another port', `https://${HOST}:8443`),
      page('our name with a slash', `https://${HOST}/`),
      page('our name with a dot', `https://${HOST}.`),
      page('our name in upper case', `https://${HOST.toUpperCase()}`),
      page('two origins in one field', `https://${HOST}, https://evil.example`),
      page('two origins by a space', `https://${HOST} https://evil.example`),
      page('a page of this machine, the gateway being everywhere', 'http://localhost:6274'),
      page('a page of this machine by its address', 'http://127.0.0.1:3000'),
      page('a wildcard', '*'),
      page('a page of an extension', 'chrome-extension://abcdefghijklmnop'),
      page('a file', 'file://'),
      foreign(
        'a foreign page with a good token',
        bearer(token).replace('Authorization', 'Origin: https://evil.example\r\nAuthorization')
      ),
      foreign(
        'a foreign page that reads events',
        get('/mcp', 'Origin: https://evil.example', 'Accept: text/event-stream')
      ),
      foreign(
        'a foreign page that ends a session',
        request('DELETE /mcp', ['Origin: https://evil.example', 'Mcp-Session-Id: x'])
      ),
      foreign('a foreign page where no route is', post('/nowhere', 'Origin: https://evil.example')),
      foreign('a foreign preflight', preflight('/mcp', 'https://evil.example')),
      foreign(
        'a foreign preflight for this network',
        preflight('/mcp', 'https://evil.example').replace(
          '\r\n\r\n',
          '\r\nAccess-Control-Request-Private-Network: true\r\n\r\n'
        )
      ),
      foreign('a page of another route', post('/open', `Origin: ${PAGE}`)),
      {
        name: 'an OPTIONS that is no preflight',
        sent: request('OPTIONS /mcp', [`Origin: https://${HOST}`]),
        expected: { status: 401, error: 'none', code: 'SLUICE_AUTH_TOKEN_MISSING' }
      },
      {
        name: 'a preflight is no way to the upstream',
        sent: preflight('/paged', PAGE),
        expected: {
          status: 204,
          answer: /^access-control-allow-origin: https:\/\/chat\.contoso\.example$/im,
          answerLacks: /credentials|private-network/i
        }
      },
      {
        name: 'an upstream that lets every page read',
        sent: get('/paged', `Origin: ${PAGE}`),
        expected: {
          status: 200,
          answer: /^access-control-allow-origin: https:\/\/chat\.contoso\.example$/im,
          answerLacks: /access-control-allow-(?:origin: \*|credentials|some-day)|private-network|timing-allow/i,
          saw: [['GET /paged']]
        }
      },
      {
        name: 'a foreign page reads the metadata, without credentials, and that is all',
        sent: get('/.well-known/oauth-protected-resource/mcp', 'Origin: https://evil.example', 'Cookie: a=b'),
        expected: { status: 200, answer: /^access-control-allow-origin: \*$/im, answerLacks: /credentials/i }
      }
    ]
  }
}
