import type { Attack, AttackTable } from './attack.ts'
import { bearer, get, HOST, post, request } from './requests.ts'

/** A GET whose fields must not reach the upstream, beside one that must. */
const dropped = (name: string, ...fields: readonly string[]): Attack => ({
  name,
  sent: get('/open', ...fields, 'X-Kept: 1'),
  expected: { status: 200, saw: [['GET /open', 'X-Kept: 1']] }
})

const refusedHost = (name: string, sent: string): Attack => ({
  name,
  sent,
  expected: { status: 400, code: 'SLUICE_REQUEST_HOST' }
})

const repeated = (name: string, ...fields: readonly string[]): Attack => ({
  name,
  sent: post('/open', ...fields),
  expected: { status: 400, code: 'SLUICE_REQUEST_FIELD_REPEATED' }
})

/** Fields by which a client would pose as the gateway, as another client, or as somebody who is signed in. */
export const spoofing: AttackTable = {
  subject: 'Spoofed fields',
  about:
    'who asked, from where, for which host: forwarded fields in every spelling, credentials, Host, fields that take others away, injection into upstream, challenge and log',
  async rows(target) {
    await target.start()
    return [
      dropped('X-Forwarded-For', 'X-Forwarded-For: 10.0.0.1'),
      dropped('X-Forwarded-For twice', 'X-Forwarded-For: 10.0.0.1', 'x-forwarded-for: 10.0.0.2'),
      dropped('X_Forwarded_For', 'X_Forwarded_For: 10.0.0.1'),
      dropped('X.Forwarded~For', 'X.Forwarded~For: 10.0.0.1'),
      dropped(
        'X-Forwarded-Proto, -Host, -Port, -Prefix',
        'X-Forwarded-Proto: http',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-Port: 1',
        'X-Forwarded-Prefix: /x'
      ),
      dropped('Forwarded', 'Forwarded: for=10.0.0.1;host=evil.example'),
      dropped(
        'X-Real-IP and its kin',
        'X-Real-IP: 10.0.0.1',
        'X-Client-IP: 10.0.0.1',
        'True-Client-IP: 10.0.0.1',
        'Client-IP: 10.0.0.1',
        'X-Cluster-Client-IP: 10.0.0.1'
      ),
      dropped('X-Request-Id', 'X-Request-Id: chosen-by-the-client'),
      dropped('a field of the gateway', 'X-Sluice-Principal: {"objectId":"admin"}'),
      dropped('a field of the gateway with _', 'X_Sluice_Principal: {"objectId":"admin"}'),
      dropped(
        'another path (X-Original-URL, X-Rewrite-URL)',
        'X-Original-URL: /tree/admin',
        'X-Rewrite-URL: /tree/admin'
      ),
      dropped('another method', 'X-HTTP-Method-Override: DELETE', 'X-HTTP-Method: DELETE', 'X-Method-Override: DELETE'),
      dropped('Authorization at a route without authentication', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz'),
      dropped('Proxy-Authorization', 'Proxy-Authorization: Basic YWRtaW46YWRtaW4='),
      dropped('Proxy_Authorization', 'Proxy_Authorization: Basic YWRtaW46YWRtaW4='),
      dropped('Cookie', 'Cookie: session=admin'),
      dropped('fields that Connection names', 'Connection: x-secret, x-other', 'X-Secret: 1', 'X-Other: 2'),
      dropped(
        'Connection that takes the gateway’s own away',
        'Connection: x-forwarded-for, forwarded, via, x-request-id, host'
      ),
      dropped(
        'TE, Keep-Alive, Proxy-Connection, HTTP2-Settings',
        'TE: trailers',
        'Keep-Alive: timeout=-1',
        'Proxy-Connection: keep-alive',
        'HTTP2-Settings: AAMAAABkAAQ'
      ),
      dropped('an offer of h2c', 'Upgrade: h2c', 'Connection: upgrade, http2-settings'),
      {
        name: 'a Via that ends the chain',
        sent: get('/open', 'Via: 1.1 trusted, 1.1 sluice'),
        expected: { status: 200, saw: [['GET /open', 'Via: 1.1 trusted, 1.1 sluice']] }
      },
      {
        name: 'a good token at a protected route goes no further',
        sent: bearer(target.token()),
        expected: { status: 200, saw: [['POST /mcp', 'Content-Type: application/json', '', '{}']] }
      },
      refusedHost('no Host', 'GET /open HTTP/1.1\r\nConnection: close\r\n\r\n'),
      refusedHost('an empty Host', 'GET /open HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'),
      refusedHost(
        'a Host with a user',
        'GET /open HTTP/1.1\r\nHost: mcp.contoso.example@evil.example\r\nConnection: close\r\n\r\n'
      ),
      refusedHost(
        'a Host that is a path',
        'GET /open HTTP/1.1\r\nHost: evil.example/mcp.contoso.example\r\nConnection: close\r\n\r\n'
      ),
      refusedHost(
        'a Host with a comma',
        'GET /open HTTP/1.1\r\nHost: a.example, b.example\r\nConnection: close\r\n\r\n'
      ),
      refusedHost(
        'a Host that is not ASCII',
        'GET /open HTTP/1.1\r\nHost: \u00e9.example\r\nConnection: close\r\n\r\n'
      ),
      refusedHost(
        'a Host with a port that is none',
        'GET /open HTTP/1.1\r\nHost: mcp.contoso.example:80x\r\nConnection: close\r\n\r\n'
      ),
      refusedHost('a target of one host and a Host of another', request('GET http://own.contoso.example/hosted')),
      repeated('two Host', 'Host: evil.example'),
      repeated('two Content-Type', 'content-type: text/plain'),
      repeated('two Mcp-Session-Id', 'Mcp-Session-Id: mine', 'mcp-session-id: yours'),
      repeated('two Origin', `Origin: https://${HOST}`, 'Origin: https://evil.example'),
      {
        name: 'two Authorization, one of them good',
        sent: post('/mcp', 'Authorization: Bearer x', `authorization: Bearer ${target.token()}`),
        expected: { status: 400, error: 'invalid_request', code: 'SLUICE_AUTH_CREDENTIALS_REPEATED' }
      },
      {
        name: 'a Host of the attacker’s in the challenge',
        sent: 'POST /mcp HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
        expected: {
          status: 401,
          error: 'none',
          code: 'SLUICE_AUTH_TOKEN_MISSING',
          answer: /resource_metadata="https:\/\/mcp\.contoso\.example\//,
          answerLacks: /evil/
        }
      },
      {
        name: 'a Host of the attacker’s in the metadata',
        sent: 'GET /.well-known/oauth-protected-resource/mcp HTTP/1.1\r\nHost: evil.example\r\nForwarded: host=evil.example\r\nConnection: close\r\n\r\n',
        expected: { status: 200, answer: /"resource":"https:\/\/mcp\.contoso\.example\/mcp"/, answerLacks: /evil/ }
      },
      {
        name: 'a request id of the attacker’s in the answer',
        sent: post('/mcp', 'X-Request-Id: injected-into-the-log'),
        expected: { status: 401, error: 'none', code: 'SLUICE_AUTH_TOKEN_MISSING', answerLacks: /injected/ },
        after: () => (JSON.stringify(target.gateway.log).includes('injected') ? 'it stands in the log' : undefined)
      },
      {
        name: 'a session id that is a header of its own, encoded',
        sent: get('/open', 'Mcp-Session-Id: a%0d%0aX-Forwarded-For: 1.1.1.1'),
        expected: { status: 200, saw: [['GET /open', 'Mcp-Session-Id: a%0d%0aX-Forwarded-For: 1.1.1.1']] }
      },
      {
        name: 'fields of bytes that are not ASCII pass as they are',
        sent: get('/open', 'X-Odd: \u0080\u00ff "(){}\t'),
        expected: { status: 200, saw: [['GET /open', 'X-Odd: \u0080\u00ff "(){}']] }
      },
      {
        name: 'a line break in the path, for the log',
        sent: get('/mcp%0d%0alevel=error'),
        expected: { status: 400, code: 'SLUICE_REQUEST_TARGET' },
        after: () => (JSON.stringify(target.gateway.log).includes('level=error') ? 'it stands in the log' : undefined)
      }
    ]
  }
}
