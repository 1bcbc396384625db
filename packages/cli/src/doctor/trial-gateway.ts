import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { chainEntries, createGateway, type GatewayConfig, type LoadedConfig, type RouteSettings } from '@sluice/core'
import { objectOf, type Read, readNetwork } from '@sluice/doctor'
import { loadOptions } from '../load-file.ts'

/** Filters that sign-in consists of. The others would write, count or ask others. */
const signIn = new Set(['prm', 'entra-oauth', 'jwt-entra', 'revocation', 'scope'])
const keysTimeoutMs = 15_000
const askAgainMs = 200

/** What the gateway says of a token. */
export type TokenVerdict =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly status: number; readonly code: string; readonly reason: string }

/**
 * A gateway of one route with its sign-in alone, on a free port of this machine and in front of nothing. What clients would
 * read, and what would become of a token, is read from it: by the code that serves, not by a second opinion.
 */
export interface TrialGateway {
  /** Reads over the network, but what is at the public origin of the route from here. */
  readonly read: Read
  /** Scopes of the challenge to a request without a token; empty where there is none. */
  challengedScopes(): Promise<readonly string[]>
  /** Sends a token. Waits at most 15 s for signing keys. */
  verdictOn(token: string): Promise<TokenVerdict>
  close(): Promise<void>
}

/** Starts a route's sign-in. @throws ConfigError as for the whole configuration */
export const startTrial = async (config: LoadedConfig, route: RouteSettings): Promise<TrialGateway> => {
  const upstream = await listen()
  const { port } = upstream.address() as AddressInfo
  const options = { ...loadOptions, directory: config.directory, inEveryChain: [] }
  const gateway = createGateway(trialConfig(config, route, `http://127.0.0.1:${port}`), options)
  const close = async (): Promise<void> => {
    await gateway.close({ grace: '0s' })
    upstream.close()
  }
  try {
    const { url } = await gateway.start()
    const { origin } = new URL(route.publicUrl)
    const read: Read = (asked, headers) => {
      const { origin: from, pathname, search } = new URL(asked)
      return readNetwork(from === origin ? `${url}${pathname}${search}` : asked, headers)
    }
    const post = (headers: Record<string, string>) =>
      fetch(`${url}${route.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"jsonrpc":"2.0","id":1,"method":"ping"}'
      })
    return {
      read,
      challengedScopes: async () => scopesIn((await post({})).headers.get('www-authenticate') ?? ''),
      verdictOn: token => verdict(() => post({ authorization: `Bearer ${token}` })),
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Stands for the MCP server: what arrives there was let in. */
const listen = async (): Promise<Server> => {
  const server = createServer((req, res) => void req.resume().on('end', () => res.writeHead(204).end()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.unref()
}

const trialConfig = ({ settings, raw }: LoadedConfig, route: RouteSettings, upstream: string): GatewayConfig => {
  const { name, path, publicUrl } = raw.routes[settings.routes.indexOf(route)]!
  const entries = chainEntries(settings, route.filters).filter(({ plugin }) => signIn.has(plugin.name))
  const filters = entries.map(({ plugin, identity, config }) => {
    const id = identity.slice(identity.indexOf('/') + 1)
    return { [plugin.name]: { ...(config as object), ...(id !== plugin.name && { id }) } }
  })
  return {
    publicUrl: raw.publicUrl,
    listen: { port: 0 },
    admin: { port: 0 },
    limits: raw.limits,
    sealing: raw.sealing,
    routes: [{ name, path, publicUrl, upstream, filters }]
  }
}

const scopesIn = (challenge: string): readonly string[] =>
  (/\bscope="([^"]*)"/.exec(challenge)?.[1] ?? '').split(' ').filter(scope => scope !== '')

const verdict = async (send: () => Promise<Response>): Promise<TokenVerdict> => {
  const deadline = Date.now() + keysTimeoutMs
  for (;;) {
    const response = await send()
    const said = await verdictIn(response)
    // The keys are fetched when the gateway starts, and it says 503 until they are there.
    if (said.accepted || said.status !== 503 || Date.now() > deadline) return said
    await pause(askAgainMs)
  }
}

const verdictIn = async (response: Response): Promise<TokenVerdict> => {
  const text = await response.text()
  const code = response.headers.get('x-sluice-error')
  if (code === null) return { accepted: true }
  const { error } = (objectOf({ status: response.status, location: undefined, text }) ?? {}) as {
    error?: { message?: string }
  }
  return { accepted: false, status: response.status, code, reason: error?.message ?? '' }
}
