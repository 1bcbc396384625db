import { type Breakage, clean, fault, limit } from '../breakage.ts'
import { bareName } from '../scope-name.ts'

/** RFC 6749 section 6 lets a client leave `scope` out when it refreshes; Entra does not. */
export const refreshWithoutScope: Breakage = {
  id: 11,
  title: 'a refresh without scope',
  codes: [90009, 70011],
  examine({ server, requestedScopes }) {
    if (server.facade) return clean
    const whole = requestedScopes.find(scope => bareName(scope) === '.default')
    if (whole !== undefined && requestedScopes.length > 1) {
      const finding = fault(
        `clients ask for ${requestedScopes.join(' ')}: .default does not stand beside others`,
        'every client',
        {
          text: 'Take it out of scopesSupported; it is for programs without a person.',
          configuration: `scopesSupported: [${requestedScopes.filter(scope => scope !== whole).join(', ')}]`
        }
      )
      return { ...finding, codes: [70011] }
    }
    const finding = limit(
      'clients refresh at Entra itself, which wants the scope again',
      'clients that leave it out, and have people sign in again after an hour or so: the TypeScript SDK 2, Claude Code, Copilot CLI',
      { text: 'Update the client, or put the facade in front: it adds the scope.' }
    )
    return { ...finding, codes: [90009] }
  }
}
