import { type Application, optionalClaim, type Person } from '../directory/directory.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import type { JsonObject } from './jws.ts'

// Facets that Microsoft's own sample shows and its table does not explain: whoever reads a facet has to find it among
// others, in any order.
const actorFacets = ({ kind }: Application): string => (kind === 'agentIdentity' ? '3 9 11' : '3 9')

const subjectFacets = (client: Application, person: Person | undefined): string | undefined => {
  if (!person) return client.kind === 'agentIdentity' ? '9 3 11' : '9 3'
  return person.identityParentId === undefined ? undefined : '3 13'
}

const relationship = (person: Person | undefined): string => {
  if (!person) return '7 10'
  return person.guest ? '5' : '1'
}

/** The claims that tell agents from people and programs: all of them optional, so that an API has to ask for each. */
export const facetClaims = ({ client, resource, signIn }: AccessTokenRequest): JsonObject => {
  const claims: JsonObject = {
    xms_act_fct: actorFacets(client),
    xms_idrel: relationship(signIn?.person),
    xms_par_app_azp: client.agentIdentityBlueprintId,
    xms_sub_fct: subjectFacets(client, signIn?.person),
    xms_tnt_fct: '3 9'
  }
  return Object.fromEntries(Object.entries(claims).filter(([name]) => optionalClaim(resource, name) !== undefined))
}
