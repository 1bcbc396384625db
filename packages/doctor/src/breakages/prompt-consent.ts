import { type Breakage, clean, fault, limit } from '../breakage.ts'
import { patchRegistration } from '../entra/patch.ts'
import { valueOf } from '../reading.ts'
import { bareName } from '../scope-name.ts'

/** Clients ask for a consent page that a person may not be allowed to answer, or with a prompt that Entra does not have. */
export const promptConsent: Breakage = {
  id: 13,
  title: 'prompt=consent',
  codes: [90023, 90094],
  examine(setup) {
    const { server, registration, requestedScopes } = setup
    if (server.facade) return clean
    const wanted = new Set(requestedScopes.map(bareName))
    const scopes = valueOf(registration)?.scopes ?? []
    const reserved = scopes.filter(({ value, type }) => type === 'Admin' && wanted.has(value))
    const clients =
      'clients that send prompt=consent: those of an MCP SDK once they ask for offline_access, agentgateway’s users, Copilot CLI'
    if (reserved.length === 0) {
      return limit(
        'clients choose their prompt, and nothing stands between them and Entra',
        `${clients}; people see a consent page at every sign-in, and cannot get by it where the tenant forbids consent`,
        { text: 'Update the client, or put the facade in front (prompt).' }
      )
    }
    const names = reserved.map(({ value }) => value).join(', ')
    const finding = fault(`only an administrator may consent to ${names}, and prompt=consent asks everyone`, clients, {
      text: 'Let people consent to it, or put the facade in front (prompt).',
      ...patchRegistration(setup, {
        api: {
          oauth2PermissionScopes: scopes.map(scope => (reserved.includes(scope) ? { ...scope, type: 'User' } : scope))
        }
      })
    })
    return { ...finding, codes: [90094] }
  }
}
