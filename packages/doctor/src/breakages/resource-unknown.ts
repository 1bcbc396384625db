import { type Breakage, clean, fault, needs } from '../breakage.ts'
import { apiIdOf, patchRegistration } from '../entra/patch.ts'
import { valueOf } from '../reading.ts'
import { apiScopes, resourceOf } from '../scope-name.ts'

/** The tenant has to know the API, by every name that scopes call it. */
export const resourceUnknown: Breakage = {
  id: 15,
  title: 'the tenant does not know the API',
  codes: [500011],
  examine(setup) {
    const { registration, servicePrincipal, requestedScopes } = setup
    const found = valueOf(registration)
    if (found === undefined) return needs('the app registration', setup.registration)
    const known = [found.appId, ...found.identifierUris]
    const owners = apiScopes(requestedScopes).flatMap(scope => resourceOf(scope) ?? [])
    const unknown = [...new Set(owners)].filter(owner => !known.includes(owner))
    if (unknown.length > 0) {
      return fault(
        `clients ask for scopes of ${unknown.join(', ')}; the API’s names are ${known.join(', ')}`,
        'every client: it asks for the scopes that the gateway names',
        {
          text: 'Add the identifier URI, or write scopesSupported with one that is there.',
          ...patchRegistration(setup, { identifierUris: [...found.identifierUris, ...unknown] })
        }
      )
    }
    const principal = valueOf(servicePrincipal)
    if (principal === undefined) return needs('the service principal', servicePrincipal)
    if (principal?.accountEnabled === true) return clean
    const evidence = principal === null ? 'has no service principal of the API' : 'has disabled the API'
    const command = principal === null ? 'create --id' : 'update --set accountEnabled=true --id'
    return fault(`the tenant ${evidence}`, 'everybody', {
      text: principal === null ? 'Create it.' : 'Enable it.',
      commands: [`az ad sp ${command} ${apiIdOf(setup)}`]
    })
  }
}
