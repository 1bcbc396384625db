import type { Attack, AttackTable } from './attack.ts'
import { get, post, request } from './requests.ts'

const refused = (name: string, path: string): Attack => ({
  name,
  sent: get(path),
  expected: { status: 400, code: 'SLUICE_REQUEST_TARGET' }
})

/** Node's parser refuses it before anybody else looks at it. */
const malformed = (name: string, target: string): Attack => ({
  name,
  sent: get(target),
  expected: { status: 400, code: 'SLUICE_REQUEST_MALFORMED' }
})

const unknown = (name: string, path: string): Attack => ({
  name,
  sent: get(path),
  expected: { status: 404, code: 'SLUICE_ROUTE_NOT_FOUND' }
})

const asked = (name: string, sent: string): Attack => ({
  name,
  sent,
  expected: { status: 401, error: 'none', code: 'SLUICE_AUTH_TOKEN_MISSING' }
})

/** Ways to a protected path that a filter of another route, or none, would judge. `/tree/*` is open, `/tree/admin` is not. */
export const paths: AttackTable = {
  subject: 'Paths',
  about:
    'ways around routes and well-known paths: dot segments, encodings, separators, case, absolute form, odd targets',
  async rows(target) {
    await target.start()
    return [
      asked('the protected path below the open one', get('/tree/admin')),
      asked('with a query', get('/tree/admin?/../open')),
      asked('with a query that looks like a path of its own', post('/mcp?/open')),
      asked('in absolute form', request('POST http://mcp.contoso.example/mcp')),
      asked(
        'in absolute form, the host in upper case and with the port',
        request('POST HTTP://MCP.Contoso.Example:80/mcp').replace(
          'Host: mcp.contoso.example',
          'Host: mcp.contoso.example:80'
        )
      ),
      asked(
        'of a host by its spelling with a dot',
        'GET /hosted HTTP/1.1\r\nHost: OWN.contoso.example.:8443\r\nConnection: close\r\n\r\n'
      ),
      refused('a dot segment', '/tree/./admin'),
      refused('two dots', '/tree/x/../admin'),
      refused('two dots at the end', '/tree/admin/..'),
      refused('two dots above the root', '/../mcp'),
      refused('an empty segment', '/tree//admin'),
      refused('two slashes in front', '//mcp'),
      refused('encoded dots', '/tree/%2e/admin'),
      refused('encoded dots, one of them', '/tree/.%2E/mcp'),
      refused('an encoded slash', '/tree%2fadmin'),
      refused('an encoded backslash', '/tree%5cadmin'),
      refused('a backslash', '/tree\\admin'),
      refused('an encoded letter', '/tree/%61dmin'),
      refused('an encoded NUL', '/tree/admin%00'),
      refused('an encoded line break', '/tree/admin%0d%0a'),
      refused('doubly encoded', '/tree/%252e%252e/mcp'),
      refused('an overlong slash (%c0%af)', '/tree%c0%afadmin'),
      refused('an overlong dot (%e0%80%ae)', '/tree/%e0%80%ae/admin'),
      refused('encoding that is none', '/tree/%zz'),
      refused('encoding of IIS (%u)', '/tree/%u002e%u002e/mcp'),
      refused('encoding that breaks off', '/tree/%'),
      refused('dots with parameters', '/tree/..;/mcp'),
      refused('dots with encoded parameters', '/tree/..%3bx/mcp'),
      refused('dots and a space', '/tree/..%20/mcp'),
      refused('a fragment', '/tree/x#/../admin'),
      refused('a fragment in the query', '/tree/x?a#b'),
      refused('the protected path in another case', '/tree/ADMIN'),
      refused('the protected path with a slash more', '/tree/admin/'),
      refused('the protected path with parameters', '/tree/admin;a=b'),
      refused('the protected path with a space more', '/tree/admin%20'),
      unknown('a route in another case', '/MCP'),
      unknown('a route with a slash more', '/mcp/'),
      unknown('below an exact route', '/mcp/x'),
      unknown('a route of another host', '/hosted'),
      unknown('a name that begins like a prefix', '/treehouse'),
      unknown('the metadata in another case', '/.Well-Known/oauth-protected-resource/mcp'),
      unknown('the metadata of a route that has none', '/.well-known/oauth-protected-resource/open'),
      unknown('below the metadata', '/.well-known/oauth-protected-resource/mcp/x'),
      refused('out of the metadata', '/.well-known/oauth-protected-resource/../../mcp'),
      refused('the metadata with an encoded slash', '/.well-known%2foauth-protected-resource'),
      {
        name: 'a POST to the metadata',
        sent: post('/.well-known/oauth-protected-resource/mcp'),
        expected: { status: 405, code: 'SLUICE_METHOD_NOT_ALLOWED' }
      },
      malformed('a target without a slash', 'mcp'),
      refused('an asterisk', '*'),
      malformed('an authority', 'mcp.contoso.example:443'),
      refused('absolute form with a user', 'http://admin:admin@mcp.contoso.example/mcp'),
      refused('absolute form of another scheme', 'ftp://mcp.contoso.example/mcp'),
      refused('absolute form without a host', 'http:///mcp'),
      refused('absolute form with dots', 'http://mcp.contoso.example/tree/../mcp')
    ]
  }
}
