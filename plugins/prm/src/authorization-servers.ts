import { isLoopback } from '@sluice/plugin-api'
import type { PrmConfig } from './config.ts'

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The issuers that clients may sign in with. They compare an issuer with the one of its metadata byte for byte, so
 * nothing of a configured one is normalised.
 *
 * @throws Error if there is not exactly one source of them, or one is not a safe issuer.
 */
export function authorizationServers(config: Readonly<PrmConfig>): readonly string[] {
  const { tenant, authority, authorizationServers: others } = config
  if ((tenant === undefined) === (others === undefined)) {
    throw new Error('give either tenant or authorizationServers')
  }
  if (others !== undefined) {
    if (authority !== undefined) throw new Error('authority: belongs to tenant; authorizationServers are whole issuers')
    for (const issuer of others) checkIssuer('authorizationServers', issuer)
    return others
  }
  return [entraIssuer(tenant ?? '', authority ?? 'https://login.microsoftonline.com')]
}

function entraIssuer(tenant: string, authority: string): string {
  if (!guid.test(tenant)) {
    throw new Error(
      `tenant: ${tenant} is not a GUID; write the directory (tenant) id. Clients refuse the issuers of common, ` +
        'organizations and domain names, which differ from their metadata: use one route for each tenant'
    )
  }
  const { origin, pathname } = checkIssuer('authority', authority)
  if (pathname !== '/') throw new Error('authority: leave the path out; the tenant has a key of its own')
  return `${origin}/${tenant.toLowerCase()}/v2.0`
}

/** RFC 8414 section 2: https, no query, no fragment. */
function checkIssuer(key: string, issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (url === undefined) throw new Error(`${key}: ${issuer} is not a URL`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new Error(`${key}: must be https; plain http is only for loopback, where an emulator listens`)
  }
  if (url.username !== '' || url.password !== '' || /[?#]/.test(issuer)) {
    throw new Error(`${key}: must have no user, query or fragment`)
  }
  return url
}
