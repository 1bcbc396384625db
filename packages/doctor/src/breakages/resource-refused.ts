import { type Breakage, clean, fault, needs } from '../breakage.ts'
import { patchRegistration } from '../entra/patch.ts'
import { valueOf } from '../reading.ts'

const refused = 901002

/** Entra of before March 2026 took no `resource`, which every MCP client must send. No document tells: it must be asked. */
export const resourceRefused: Breakage = {
  id: 1,
  title: 'resource is refused',
  codes: [refused],
  examine(setup) {
    if (setup.server.facade) return clean
    if ('missing' in setup.tried) return needs('Entra’s answer to a client', setup.tried)
    if (valueOf(setup.tried) !== refused) return clean
    return fault(
      `Entra answers a request with resource=${setup.metadata.resource} with AADSTS${refused}`,
      'every client that sends resource, as the MCP specification wants it; mcp-remote can be told not to (--disable-resource-parameter)',
      {
        text: 'Make the tokens of the API version 2; if it persists, put the facade in front, which takes resource out.',
        ...patchRegistration(setup, { api: { requestedAccessTokenVersion: 2 } })
      }
    )
  }
}
