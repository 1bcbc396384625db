import type { Application, TenantEntry } from './directory.ts'
import { optionalClaim } from './directory.ts'

/** What is wrong with an identifier URI and how to put it right. */
export interface IdentifierUriProblem {
  readonly message: string
  readonly advice: string
}

/**
 * THE ONE LENIENCY of the emulator: Entra never accepts a plain `http` identifier URI, the emulator accepts it where the
 * host is a loopback address, so that a server on this machine can be its own resource. All else that holds for `https`
 * (token version 2, no trailing slash, byte for byte) holds for it too.
 */
const isLoopbackHttp = (uri: URL): boolean =>
  uri.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(uri.hostname)

const onVerifiedDomain = (host: string, domains: readonly string[]): boolean =>
  domains.some(domain => host === domain || host.endsWith(`.${domain}`))

const checkOwnership = (uri: URL, tenant: TenantEntry, application: Application): IdentifierUriProblem | undefined => {
  if (isLoopbackHttp(uri) || onVerifiedDomain(uri.hostname, tenant.verifiedDomains)) return undefined
  const segments = uri.href.slice('api://'.length).split('/')
  const names = [application.clientId, tenant.tenantId]
  if (uri.protocol === 'api:' && names.some(name => segments.includes(name))) return undefined
  return {
    message: `the identifier URI ${uri.href} is not on a verified domain of the tenant`,
    advice: 'Add the domain to verifiedDomains, or use api://<client id>'
  }
}

/** Checks an identifier URI as Entra does when it is added to an app registration. */
export const checkIdentifierUri = (
  identifierUri: string,
  tenant: TenantEntry,
  application: Application
): IdentifierUriProblem | undefined => {
  const uri = URL.parse(identifierUri)
  if (uri === null || !(['https:', 'api:'].includes(uri.protocol) || isLoopbackHttp(uri))) {
    return {
      message: `${identifierUri} cannot be an identifier URI`,
      advice: 'Use an https or api URI; http only with a loopback address'
    }
  }
  if (identifierUri.endsWith('/')) {
    return { message: 'an identifier URI cannot end in /', advice: 'Leave the trailing slash out' }
  }
  if (/[?#*\s]/.test(identifierUri)) {
    return { message: 'an identifier URI has no query, fragment, wildcard or space', advice: 'Leave it out' }
  }
  const guidAudience = optionalClaim(application, 'aud')?.additionalProperties?.includes('use_guid') ?? false
  if (uri.protocol !== 'api:' && application.requestedAccessTokenVersion !== 2 && !guidAudience) {
    return {
      message: `the identifier URI ${identifierUri} needs version 2 access tokens`,
      advice: 'Set requestedAccessTokenVersion: 2, or the optional claim aud with use_guid'
    }
  }
  return checkOwnership(uri, tenant, application)
}
