import type { Tenant } from '../directory/tenant.ts'
import type { SignIn } from '../sign-in/sign-in.ts'

/**
 * The authentication contexts whose policies a sign-in satisfies already. An API that has the optional claim `acrs` gets
 * them unasked, so that nobody has to come back for what they have done.
 */
export const satisfiedContexts = ({ conditionalAccessPolicies }: Tenant, signIn: SignIn): readonly string[] => {
  const { person, multifactor } = signIn
  const contexts = new Set(conditionalAccessPolicies.flatMap(policy => policy.includeAuthenticationContexts))
  return [...contexts].filter(context =>
    conditionalAccessPolicies
      .filter(policy => policy.includeAuthenticationContexts.includes(context))
      .filter(({ includeUsers }) => includeUsers.length === 0 || includeUsers.includes(person.oid))
      .every(({ builtInControl }) => builtInControl === 'mfa' && multifactor)
  )
}
