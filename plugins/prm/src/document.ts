import { authorizationServers } from './authorization-servers.ts'
import type { PrmConfig } from './config.ts'
import { checkResource } from './resource.ts'

/** Members that the configuration has keys for, and `signed_metadata`, which would overrule them all. */
const reserved = new Set([
  'resource',
  'authorization_servers',
  'scopes_supported',
  'bearer_methods_supported',
  'resource_name',
  'resource_documentation',
  'resource_policy_uri',
  'signed_metadata'
])

/** Protected resource metadata (RFC 9728 section 2). */
export interface PrmDocument {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly scopes_supported?: readonly string[]
  readonly bearer_methods_supported: readonly ['header']
  readonly [member: string]: unknown
}

/**
 * Makes the document of a route.
 *
 * @throws Error where clients would refuse it.
 */
export function makeDocument(config: Readonly<PrmConfig>, publicUrl: string): PrmDocument {
  const { extra = {}, scopesSupported, resourceName, resourceDocumentation, resourcePolicyUri } = config
  const replaced = Object.keys(extra).find(member => reserved.has(member))
  if (replaced !== undefined) throw new Error(`extra: ${replaced} cannot be set here; use the key for it`)
  return {
    resource: checkResource(config.resource ?? publicUrl, publicUrl),
    authorization_servers: authorizationServers(config),
    bearer_methods_supported: ['header'],
    ...(scopesSupported && { scopes_supported: scopesSupported }),
    ...(resourceName !== undefined && { resource_name: resourceName }),
    ...(resourceDocumentation !== undefined && { resource_documentation: resourceDocumentation }),
    ...(resourcePolicyUri !== undefined && { resource_policy_uri: resourcePolicyUri }),
    ...extra
  }
}
