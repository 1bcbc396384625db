import type { Endpoint, Exchange, Filter, PluginContext, Reply } from '@sluice/plugin-api'
import { ClientDocuments } from './clients/client-documents.ts'
import { Clients } from './clients/clients.ts'
import { RegisteredClients } from './clients/registered-clients.ts'
import type { EntraOauthConfig } from './config.ts'
import { authorize } from './endpoints/authorize.ts'
import { callback } from './endpoints/callback.ts'
import { consent } from './endpoints/consent.ts'
import { metadataHandler, metadataPaths } from './endpoints/metadata.ts'
import { register } from './endpoints/register.ts'
import { token } from './endpoints/token.ts'
import { useMetadata } from './entra/metadata.ts'
import { EntraTokenEndpoint } from './entra/token-endpoint.ts'
import { errorDocument, refusalDocument } from './error-document.ts'
import { InFlight } from './in-flight.ts'
import { OAuthFault } from './oauth-fault.ts'
import { errorPage } from './pages/error-page.ts'
import { refusalPage } from './pages/refusal-page.ts'
import { type Runtime, systemRuntime } from './runtime.ts'
import { Seals } from './seals.ts'
import { Server } from './server.ts'
import { readSettings } from './settings.ts'

/** Requests to Entra that may be under way at the same time. */
const MAX_TOKEN_REQUESTS = 64
const JSON_BODY = { types: ['application/json'], maxBytes: 16 * 1024 }
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
  const { clientId, credential, registers, allowedRedirects, tenant, issuer } = settings
  const seals = new Seals(ctx.sealing, issuer.url, runtime.now)
  const registered = registers.dcr ? new RegisteredClients(seals, allowedRedirects) : undefined
  const documents = registers.cimd ? useDocuments(allowedRedirects, ctx, runtime) : undefined
  const metadata = useMetadata(tenant, ctx, runtime)
  // Of this entry alone: a flood at one server leaves the others be.
  const inFlight = ctx.shared('token requests', () => new InFlight(MAX_TOKEN_REQUESTS))
  const entra = new EntraTokenEndpoint(clientId, credential, metadata, { inFlight, runtime, log: ctx.log })
  const clients = new Clients(settings.clients, registered, documents)
  return new Server({ settings, seals, clients, registered, metadata, entra, runtime }, ctx)
}

const useDocuments = (allowed: ReadonlySet<string>, ctx: PluginContext, runtime: Runtime): ClientDocuments =>
  ctx.shared(
    `documents ${Array.from(allowed).toSorted().join(' ')}`,
    () => new ClientDocuments(allowed, runtime, ctx.log)
  )

const endpointsOf = (server: Server): readonly Endpoint[] => {
  const { path } = server.settings.issuer
  const { registered } = server
  const serveMetadata = metadataHandler(server)
  return [
    ...metadataPaths(path).map<Endpoint>(path => ({
      methods: ['GET', 'HEAD'],
      path,
      cors: 'any',
      writeRefusal: refusalDocument,
      handle: answering(async (x, body) => serveMetadata(x, body), errorDocument)
    })),
    page('GET', `${path}/authorize`, x => authorize(x, server)),
    page('POST', `${path}/consent`, (x, body) => consent(x, body, server)),
    page('GET', `${path}/callback`, x => callback(x, server)),
    api(`${path}/token`, FORM, (x, body) => token(x, body, server)),
    ...(registered === undefined
      ? []
      : [api(`${path}/register`, JSON_BODY, (_x, body) => register(body, registered, server))])
  ]
}

type Answer = (x: Exchange, body: Buffer) => Promise<Reply>

/** What browsers come to. */
const page = (method: 'GET' | 'POST', path: string, answer: Answer): Endpoint => ({
  // No HEAD: whoever only looks must not be asked to sign in, nor use up a code.
  methods: [method],
  path,
  ...(method === 'POST' && { body: FORM }),
  writeRefusal: refusalPage,
  handle: answering(answer, (fault, x) => errorPage(fault, x.id))
})

/** What clients call, those in browsers, too; unlike other things that are open to all it counts for rate limits. */
const api = (path: string, body: NonNullable<Endpoint['body']>, answer: Answer): Endpoint => ({
  methods: ['POST'],
  path,
  cors: 'any',
  limited: true,
  body,
  writeRefusal: refusalDocument,
  handle: answering(answer, errorDocument)
})

/** Answers, and faults in the form that whoever asks can read. */
const answering =
  (answer: Answer, faulty: (fault: OAuthFault, x: Exchange) => Reply): Endpoint['handle'] =>
  async (x, body = Buffer.alloc(0)) => {
    try {
      return await answer(x, body)
    } catch (error) {
      if (error instanceof OAuthFault) return faulty(error, x)
      throw error
    }
  }
