import type { Principal } from '@sluice/plugin-api'

/**
 * Whom a session belongs to, as what it is sealed for. An agent that acts for a person has her object id, and another
 * client id. Who is nobody shares sessions with nobody who is somebody.
 */
export const holderOf = (principal: Principal | undefined, route: string): string => {
  if (principal === undefined) return JSON.stringify([route])
  const { tenantId, objectId, clientId } = principal
  return JSON.stringify([route, tenantId, objectId, clientId])
}
