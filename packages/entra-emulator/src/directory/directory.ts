import type { ApplicationConfig, OptionalClaim, PersonConfig, RedirectUris, TenantConfig } from './directory-config.ts'

/** A directory that was checked, every default filled in. */
export interface Directory {
  readonly tenants: readonly TenantEntry[]
}

/** A tenant of a checked directory. */
export interface TenantEntry extends Required<TenantConfig> {
  readonly applications: readonly Application[]
  readonly people: readonly Person[]
}

/** An app registration of a checked directory. */
export interface Application extends Required<ApplicationConfig> {
  readonly redirectUris: RedirectUris
  readonly optionalClaims: { readonly accessToken: readonly OptionalClaim[] }
}

/** A person of a checked directory. */
export interface Person extends Omit<Required<PersonConfig>, 'mail'> {
  readonly mail?: string
}

/** Finds an optional claim that an API asked for in its access tokens. */
export const optionalClaim = (application: Application, name: string): OptionalClaim | undefined =>
  application.optionalClaims.accessToken.find(claim => claim.name === name)
