import type { Principal } from '@sluice/plugin-api'

/** `xms_act_fct`: the actor is an agent identity. */
const AGENT = '11'

/**
 * Whether an agent acts: by itself, with a user account of its own, or on behalf of a person. `undefined` if the token does
 * not tell: the claims that do are optional, and without them an agent's token on behalf of a person is that person's.
 */
export const viaAgentOf = ({ kind, claims }: Pick<Principal, 'kind' | 'claims'>): boolean | undefined => {
  if (kind === 'agent' || kind === 'agent-user') return true
  const actor = claims['xms_act_fct']
  return typeof actor === 'string' ? actor.split(' ').includes(AGENT) : undefined
}

/** The blueprint that an agent was made from, for the record alone: to decide by it would let in all its agents. */
export const blueprintOf = ({ claims }: Pick<Principal, 'claims'>): string | undefined => {
  const blueprint = claims['xms_par_app_azp']
  return typeof blueprint === 'string' && GUID.test(blueprint) ? blueprint : undefined
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
