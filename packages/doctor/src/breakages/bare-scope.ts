import { randomUUID } from 'node:crypto'
import { type Breakage, clean, fault, type Outcome, needs } from '../breakage.ts'
import { patchRegistration } from '../entra/patch.ts'
import type { PermissionScope, Registration } from '../entra/registration.ts'
import { valueOf } from '../reading.ts'
import { apiScopes, bareName, resourceOf } from '../scope-name.ts'
import type { Setup } from '../setup.ts'

const clients = 'every client: it asks for the scopes that the gateway names'

/** Entra looks for a scope without its API at Microsoft Graph, and for one that the API does not expose in vain. */
export const bareScope: Breakage = {
  id: 9,
  title: 'a scope that is not there',
  codes: [650053],
  examine(setup) {
    const scopes = apiScopes([...setup.requestedScopes, ...(setup.metadata.scopes_supported ?? [])])
    const bare = scopes.find(scope => resourceOf(scope) === undefined)
    if (bare !== undefined && !setup.server.facade) {
      return fault(`clients ask for ${bare}, which Entra looks for at Microsoft Graph`, clients, {
        text: 'Advertise it in full: the identifier URI, a slash, the scope.',
        configuration: `scopesSupported: [${setup.metadata.resource}/${bare}]`
      })
    }
    const registration = valueOf(setup.registration)
    return registration === undefined
      ? needs('the app registration', setup.registration)
      : examineRegistered(setup, scopes, registration)
  }
}

const examineRegistered = (
  setup: Setup,
  scopes: readonly string[],
  { scopes: exposed, appId }: Registration
): Outcome => {
  const enabled = exposed.filter(({ isEnabled }) => isEnabled).map(({ value }) => value)
  const missing = [...new Set(scopes.map(bareName))].filter(name => name !== '.default' && !enabled.includes(name))
  if (missing.length === 0) return clean
  const known = enabled.join(', ') || 'none'
  const disabled = exposed.filter(({ value }) => missing.includes(value)).map(({ value }) => value)
  const remark =
    disabled.length === 0 ? '' : `; ${disabled.join(', ')} ${disabled.length === 1 ? 'is' : 'are'} disabled`
  return fault(
    `clients ask for ${missing.join(', ')}; the scopes that ${appId} exposes are ${known}${remark}`,
    clients,
    {
      text: `${disabled.length < missing.length ? 'Expose' : 'Enable'} the scope, or take it out of scopesSupported and of scope.required.`,
      ...patchRegistration(setup, { api: { oauth2PermissionScopes: withScopes(exposed, missing) } })
    }
  )
}

/** What is there and disabled keeps its id, which grants refer to, and who may consent to it. */
const withScopes = (exposed: readonly PermissionScope[], missing: readonly string[]): readonly object[] => {
  const there = new Set(exposed.map(({ value }) => value))
  return [
    ...exposed.map(scope => (missing.includes(scope.value) ? { ...scope, isEnabled: true } : scope)),
    ...missing.filter(name => !there.has(name)).map(permissionScope)
  ]
}

const permissionScope = (value: string): object => ({
  id: randomUUID(),
  value,
  type: 'User',
  isEnabled: true,
  adminConsentDisplayName: `Use the MCP server (${value})`,
  adminConsentDescription: 'Call the tools of the MCP server as the signed-in person.',
  userConsentDisplayName: `Use the MCP server (${value})`,
  userConsentDescription: 'Call the tools of the MCP server as you.'
})
