import type { ConditionalAccessPolicy } from '../directory/directory.ts'
import { EntraError, type ErrorDetails } from '../entra-error.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import { type Access, findDemands } from './policies.ts'

/** What the client has to pass on as `claims`, so that the person does what the policies demand. */
const describeDemands = (
  policies: readonly ConditionalAccessPolicy[],
  { resource, requestedClaims }: Access
): string => {
  const context = requestedClaims.acrs.find(value =>
    policies.some(policy => policy.includeAuthenticationContexts.includes(value))
  )
  const byId = policies.filter(
    ({ id, includeApplications }) =>
      includeApplications.includes(resource.clientId) || requestedClaims.policies.includes(id)
  )
  const capolids = { essential: true, values: byId.map(({ id }) => id) }
  const claims = {
    ...(byId.length > 0 ? { capolids } : {}),
    ...(context === undefined ? {} : { acrs: { essential: true, value: context } })
  }
  return JSON.stringify({ access_token: claims })
}

/**
 * Refuses access without a person present who could do another step.
 *
 * @param details - How the endpoint words the refusal.
 * @throws EntraError 53003 where access is blocked, 50076 with `claims` where multifactor authentication is missing.
 */
export const demandStep = (access: Access, signIn: SignIn, details: ErrorDetails): void => {
  const policies = findDemands(access)
  if (policies.length === 0 || signIn.multifactor) return
  const claims = describeDemands(policies, access)
  throw new EntraError(50076, access.resource.clientId).with({ ...details, claims })
}
