import type {
  ApplicationConfig,
  ConditionalAccessPolicyConfig,
  GroupConfig,
  OptionalClaim,
  PersonConfig,
  RedirectUris,
  TenantConfig
} from './directory-config.ts'

/** A directory that was checked, every default filled in. */
export interface Directory {
  readonly tenants: readonly TenantEntry[]
}

/** A tenant of a checked directory. */
export interface TenantEntry extends Required<TenantConfig> {
  readonly applications: readonly Application[]
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
  readonly conditionalAccessPolicies: readonly ConditionalAccessPolicy[]
}

/** An app registration of a checked directory. */
export interface Application extends Omit<Required<ApplicationConfig>, 'agentIdentityBlueprintId'> {
  readonly agentIdentityBlueprintId?: string
  readonly redirectUris: RedirectUris
  readonly optionalClaims: { readonly accessToken: readonly OptionalClaim[] }
}

/** A person of a checked directory. */
export interface Person extends Omit<Required<PersonConfig>, 'mail' | 'identityParentId'> {
  readonly mail?: string
  readonly identityParentId?: string
}

/** A group of a checked directory. */
export type Group = Required<GroupConfig>

/** A Conditional Access policy of a checked directory. */
export type ConditionalAccessPolicy = Required<ConditionalAccessPolicyConfig>

/** Finds an optional claim that an API asked for in its access tokens. */
export const optionalClaim = (application: Application, name: string): OptionalClaim | undefined =>
  application.optionalClaims.accessToken.find(claim => claim.name === name)

/** Whether an API asked for an optional claim with one of its additional properties. */
export const hasAdditionalProperty = (application: Application, name: string, property: string): boolean =>
  optionalClaim(application, name)?.additionalProperties?.includes(property) ?? false
