import type { Endpoint, Exchange, Filter, PluginContext, Reply } from '@sluice/plugin-api'
import { Clients } from './clients/clients.ts'
import { refusals } from './codes.ts'
import type { EntraOauthConfig } from './config.ts'
import { authorize } from './endpoints/authorize.ts'
import { callback } from './endpoints/callback.ts'
import { consent } from './endpoints/consent.ts'
import { metadataHandler, metadataPaths } from './endpoints/metadata.ts'
import { token } from './endpoints/token.ts'
import { useMetadata } from './entra/metadata.ts'
import { EntraTokenEndpoint } from './entra/token-endpoint.ts'
import { InFlight } from './in-flight.ts'
import { OAuthFault } from './oauth-fault.ts'
import { errorPage } from './pages/error-page.ts'
import { type Runtime, systemRuntime } from './runtime.ts'
import { Seals } from './seals.ts'
import { Server } from './server.ts'
import { readSettings } from './settings.ts'

/** Requests to Entra that may be under way at the same time. */
const MAX_TOKEN_REQUESTS = 64
const FORM = { types: ['application/x-www-form-urlencoded'], maxBytes: 32 * 1024 }

/**
 * Makes the filter of an entry: nothing but endpoints, so that it costs the requests of its route nothing.
 *
 * @throws Error where there is no key to seal with
 * @throws ConfigFault for what the schema cannot say
 */
export const createEntraOauth = (
  config: Readonly<EntraOauthConfig>,
  ctx: PluginContext,
  runtime: Runtime = systemRuntime
): Filter => {
  // What has no route is no server.
  if (ctx.route.name === '-') return {}
  return { endpoints: endpointsOf(openServer(config, ctx, runtime)) }
}

const openServer = (config: Readonly<EntraOauthConfig>, ctx: PluginContext, runtime: Runtime): Server => {
  if (ctx.sealing === undefined)
    throw new Error('there is no key to seal codes and tokens with: set sealing.keys, the same on all replicas')
  const settings = readSettings(config, ctx)
  const metadata = useMetadata(settings.tenant, ctx, runtime)
  const inFlight = ctx.sharedAcross('token requests', () => new InFlight(MAX_TOKEN_REQUESTS))
  const surroundings = { inFlight, runtime, log: ctx.log }
  const entra = new EntraTokenEndpoint(settings.clientId, settings.credential, metadata, surroundings)
  const seals = new Seals(ctx.sealing, settings.issuer.url, runtime.now)
  return new Server({ settings, seals, clients: new Clients(settings.clients), metadata, entra }, ctx)
}

const endpointsOf = (server: Server): readonly Endpoint[] => {
  const { path } = server.settings.issuer
  const serveMetadata = metadataHandler(server)
  return [
    ...metadataPaths(path).map<Endpoint>(path => ({
      methods: ['GET', 'HEAD'],
      path,
      cors: 'any',
      handle: answering(async (x, body) => serveMetadata(x, body), errorDocument)
    })),
    { methods: ['GET', 'HEAD'], path: `${path}/authorize`, handle: answering(x => authorize(x, server), errorPageOf) },
    {
      methods: ['POST'],
      path: `${path}/consent`,
      body: FORM,
      handle: answering((x, body) => consent(x, body, server), errorPageOf)
    },
    { methods: ['GET', 'HEAD'], path: `${path}/callback`, handle: answering(x => callback(x, server), errorPageOf) },
    {
      methods: ['POST'],
      path: `${path}/token`,
      cors: 'any',
      limited: true,
      body: FORM,
      handle: answering((x, body) => token(x, body, server), errorDocument)
    }
  ]
}

/** Answers, and faults in the form that whoever asks can read. */
const answering =
  (
    answer: (x: Exchange, body: Buffer) => Promise<Reply>,
    faulty: (fault: OAuthFault, x: Exchange) => Reply
  ): Endpoint['handle'] =>
  async (x, body = Buffer.alloc(0)) => {
    try {
      return await answer(x, body)
    } catch (error) {
      if (error instanceof OAuthFault) return faulty(error, x)
      throw error
    }
  }

const errorPageOf = (fault: OAuthFault, x: Exchange): Reply => errorPage(fault, x.id)

/** RFC 6749 section 5.2. */
const errorDocument = ({ code, error, message }: OAuthFault): Reply => {
  const { status } = refusals[code]
  return {
    status,
    code,
    reason: message,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
      ...(status === 503 ? [['retry-after', '1'] as const] : [])
    ],
    body: JSON.stringify({ error, error_description: message })
  }
}
