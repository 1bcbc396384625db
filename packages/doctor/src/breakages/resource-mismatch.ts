import { type Breakage, clean, fault, needs } from '../breakage.ts'
import { patchRegistration } from '../entra/patch.ts'
import { valueOf } from '../reading.ts'
import { apiScopes, resourceOf } from '../scope-name.ts'
import type { Setup } from '../setup.ts'

const clients = 'every client that sends resource, as the MCP specification wants it'

/** Entra compares `resource`, byte for byte, with the identifier URIs of the app whose scopes are asked for. */
export const resourceMismatch: Breakage = {
  id: 2,
  title: 'resource does not match the scopes',
  codes: [9010010],
  examine(setup) {
    if (setup.server.facade) return clean
    const registration = valueOf(setup.registration)
    if (registration !== undefined) return examineRegistered(setup, registration.identifierUris)
    const foreign = foreignScope(setup)
    if (foreign === undefined) return needs('the app registration', setup.registration)
    return fault(
      `clients send resource=${setup.metadata.resource} and ask for ${foreign}, a scope of another URI`,
      clients,
      {
        text: 'Make the MCP URL an identifier URI of the API, and advertise its scopes under it.',
        configuration: scopesUnder(setup)
      }
    )
  }
}

const examineRegistered = (setup: Setup, identifierUris: readonly string[]) => {
  const { resource } = setup.metadata
  if (identifierUris.includes(resource)) return clean
  const uris = [...identifierUris, resource]
  const known = identifierUris.length === 0 ? 'none' : identifierUris.join(', ')
  return fault(`clients send resource=${resource}, and the identifier URIs are ${known}`, clients, {
    text: 'Add the MCP URL to the identifier URIs, to the letter; version 2 tokens come first. Its host must be on a verified domain of the tenant.',
    ...patchRegistration(setup, { api: { requestedAccessTokenVersion: 2 } }, { identifierUris: uris }),
    ...(foreignScope(setup) !== undefined && { configuration: scopesUnder(setup) })
  })
}

/** Both URIs may be of one app; without its registration that is not to be assumed. */
const foreignScope = ({ requestedScopes, metadata }: Setup): string | undefined =>
  apiScopes(requestedScopes).find(scope => {
    const owner = resourceOf(scope)
    return owner !== undefined && owner !== metadata.resource
  })

const scopesUnder = ({ metadata }: Setup): string => {
  const scopes = apiScopes(metadata.scopes_supported ?? [])
  return `scopesSupported: [${scopes.map(scope => `${metadata.resource}/${scope.slice(scope.lastIndexOf('/') + 1)}`).join(', ')}]`
}
