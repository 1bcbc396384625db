import type { GatewayConfig, RouteConfig } from '@sluice/core'
import { translateAuthentication, translateBearer } from './authentication.ts'
import { translateAuthorization } from './authorization.ts'
import { findPolicyBlocks, pathOf, type PolicyBlock, remarksOn, upstreamOf } from './policy-block.ts'
import { mapOf, textOf } from './yaml-value.ts'

/** A configuration of Sluice, and what its reader has to know of each route. */
export interface Translated {
  readonly config: GatewayConfig
  readonly notes: readonly { readonly route: string; readonly text: string }[]
}

/** Turns a configuration of agentgateway into one of Sluice; `undefined` where it guards no MCP server. */
export const translate = (file: unknown): Translated | undefined => {
  const blocks = findPolicyBlocks(file)
  if (blocks.length === 0) return undefined
  const routes = blocks.map((block, i) => translateRoute(block, i))
  // Not with the origin, which one of two may not name: they would be told apart only until somebody writes it.
  const paths = routes.map(({ route }) => route.path)
  const isTaken = (i: number): boolean => paths.indexOf(paths[i]!) < i
  const [first] = routes
  const publicUrl = first!.publicUrl
  return {
    config: {
      publicUrl,
      routes: routes.map(({ publicUrl: own, route }) => (own === publicUrl ? route : { ...route, publicUrl: own }))
    },
    notes: routes.flatMap(({ route, notes }, i) => {
      const clash = isTaken(i)
        ? [
            `path: another route has ${route.path}, too; give each its own path or host, with all filters that its callers need.`
          ]
        : []
      return [...clash, ...notes].map(text => ({ route: route.name, text }))
    })
  }
}

interface TranslatedRoute {
  /** An origin. */
  readonly publicUrl: string
  readonly route: RouteConfig
  readonly notes: readonly string[]
}

/** `sluice check` refuses it. */
const unknownUpstream = 'http://<address of the MCP server>'

const unknownOrigin = '${SLUICE_PUBLIC_URL}'

const translateRoute = (block: PolicyBlock, index: number): TranslatedRoute => {
  const resource = textOf(mapOf(block.authentication?.['resourceMetadata'])['resource'])
  const url = resource !== undefined && /^https?:\/\//.test(resource) ? resource.replace(/\/$/, '') : undefined
  const [, origin = unknownOrigin, inResource = ''] = /^(https?:\/\/[^/]+)(.*)$/.exec(url ?? '') ?? []
  const named = pathOf(block) ?? inResource
  const path = named || '/mcp'
  const publicUrl = `${origin}${path.replace(/\/\*$/, '')}`
  const upstream = upstreamOf(block)
  const authentication =
    (block.authentication && translateAuthentication(block.authentication, publicUrl)) ??
    (block.bearer && translateBearer(block.bearer, publicUrl))
  const authorization = block.authorization && translateAuthorization(block.authorization)
  return {
    publicUrl: origin,
    route: {
      name: nameOf(block, index),
      path,
      upstream: 'url' in upstream ? upstream.url : unknownUpstream,
      filters: [...(authentication?.filters ?? []), ...(authorization?.filters ?? [])]
    },
    notes: [
      ...(origin === unknownOrigin ? ['publicUrl: write the origin that clients use.'] : []),
      ...(named === '' ? ['path: the file names none; it became /mcp.'] : []),
      ...('missing' in upstream ? [`upstream: ${upstream.missing}. Write its address.`] : []),
      ...(authentication?.notes ?? ['There is no mcpAuthentication: rules on who calls find nobody.']),
      ...(authorization?.notes ?? []),
      ...remarksOn(block),
      ...block.others.map(name => `${name}: ${adviceOn[name] ?? 'was not translated'}.`)
    ]
  }
}

/** Policies that something here does in its own way. */
const adviceOn: Readonly<Record<string, string>> = {
  cors: 'the filter origin answers preflights; name pages of other origins under origin.allowed',
  localRateLimit: 'use the filter rate-limit',
  remoteRateLimit: 'use the filter rate-limit, with store: redis://…',
  backendAuth: 'the token of the client never reaches the MCP server'
}

/** A name is `[a-z0-9-_.]`, and not taken by something else. */
const nameOf = ({ route }: PolicyBlock, index: number): string => {
  const name = (textOf(route['name']) ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9\-_.]+/g, '-')
    .replace(/-$/, '')
  return /[a-z0-9]/.test(name) && name !== 'global' ? name : `mcp-${index + 1}`
}
