import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { DemoMcpServerHooks } from '../src/mcp-server.ts'
import { listen } from '../src/ports.ts'
import { startDemoMcpServer } from '../src/server.ts'

/** What the fake does wrong: the path it spoils, and the answer it gives there. */
export interface Fault {
  readonly path: string
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A gateway and an authorization server in one, just enough for a client to sign in, with real tools behind. */
export interface FakeGateway {
  readonly url: string
  readonly origin: string
  /** Form bodies of the token requests. */
  readonly tokenRequests: URLSearchParams[]
  close(): Promise<void>
}

/** Never to be seen in a report. */
export const ACCESS_TOKEN = 'the-access-token'
export const CODE = 'the-code'

type Handle = (req: IncomingMessage, res: ServerResponse, url: URL) => void

/** Starts it. `hooks` are those of its tools; by default they wait for nothing. */
export const startFakeGateway = async (fault?: Fault, hooks: DemoMcpServerHooks = {}): Promise<FakeGateway> => {
  const upstream = await startDemoMcpServer({ step: async () => {}, ...hooks })
  const tokenRequests: URLSearchParams[] = []
  let origin = ''

  const paths: Record<string, Handle> = {
    '/mcp'(req, res) {
      if (req.headers.authorization === `Bearer ${ACCESS_TOKEN}`) return forward(req, res, upstream.url)
      const challenge = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="${origin}/mcp/mcp_access"`
      res.writeHead(401, { 'www-authenticate': challenge }).end()
    },
    '/.well-known/oauth-protected-resource/mcp': (_req, res) =>
      json(res, {
        resource: `${origin}/mcp`,
        authorization_servers: [`${origin}/tenant/v2.0`],
        scopes_supported: [`${origin}/mcp/mcp_access`]
      }),
    '/tenant/v2.0/.well-known/openid-configuration': (_req, res) =>
      json(res, {
        issuer: `${origin}/tenant/v2.0`,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        jwks_uri: `${origin}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256']
      }),
    '/authorize'(_req, res, url) {
      const to = new URL(url.searchParams.get('redirect_uri') ?? '')
      to.searchParams.set('code', CODE)
      to.searchParams.set('state', url.searchParams.get('state') ?? '')
      res.writeHead(302, { location: to.href }).end()
    },
    async '/token'(req, res) {
      tokenRequests.push(new URLSearchParams((await req.toArray()).join('')))
      json(res, { token_type: 'Bearer', expires_in: 3599, scope: 'mcp_access', access_token: ACCESS_TOKEN })
    }
  }

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', origin)
    if (fault?.path === url.pathname) {
      const of = (name: string): string => url.searchParams.get(name) ?? ''
      const location = fault.headers?.['location']
        ?.replace('{redirect_uri}', of('redirect_uri'))
        .replace('{state}', of('state'))
      const headers = { ...fault.headers, ...(location !== undefined && { location }) }
      res.writeHead(fault.status, headers).end(fault.body)
      return
    }
    const handle = paths[url.pathname]
    if (handle) handle(req, res, url)
    else res.writeHead(404).end()
  })
  origin = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`

  return {
    url: `${origin}/mcp`,
    origin,
    tokenRequests,
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await Promise.all([closed, upstream.close()])
    }
  }
}

const json = (res: ServerResponse, document: object): void =>
  void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))

const forward = (req: IncomingMessage, res: ServerResponse, url: string): void => {
  const { authorization: _kept, host: _own, ...headers } = req.headers
  const onward = request(url, { method: req.method, headers }, answer => {
    res.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(res)
  })
  onward.on('error', () => res.destroy())
  res.on('close', () => onward.destroy())
  req.pipe(onward)
}
