/** A directory as it is written: in YAML, or as an object in a test. */
export interface DirectoryConfig {
  readonly tenants: readonly TenantConfig[]
}

/** One Entra tenant with its app registrations and people. */
export interface TenantConfig {
  /** GUID. */
  readonly tenantId: string
  readonly displayName?: string
  /** Domains (with their subdomains) that `https` and `api` identifier URIs may use. */
  readonly verifiedDomains?: readonly string[]
  readonly applications?: readonly ApplicationConfig[]
  readonly people?: readonly PersonConfig[]
}

/** An app registration and its service principal; the keys are those of the Microsoft Graph `application` resource. */
export interface ApplicationConfig {
  /** The application (client) ID, a GUID. */
  readonly clientId: string
  readonly displayName: string
  /** Application ID URIs, byte for byte as clients name them. */
  readonly identifierUris?: readonly string[]
  /** Version of the access tokens for this API: 2, or 1 where 1, null or absent. Default null. */
  readonly requestedAccessTokenVersion?: 1 | 2 | null
  readonly oauth2PermissionScopes?: readonly PermissionScope[]
  readonly appRoles?: readonly AppRole[]
  readonly preAuthorizedApplications?: readonly PreAuthorizedApplication[]
  readonly redirectUris?: Partial<RedirectUris>
  /** Only device code and password flows read it, and those are not imitated. Default false. */
  readonly isFallbackPublicClient?: boolean
  readonly clientSecrets?: readonly string[]
  readonly optionalClaims?: { readonly accessToken?: readonly OptionalClaim[] }
  /** Whether tokens for this API carry `groups`. Default `None`. */
  readonly groupMembershipClaims?: 'None' | 'SecurityGroup' | 'All'
  /** Whether only assigned people and applications get tokens for this API. Default false. */
  readonly appRoleAssignmentRequired?: boolean
  /** Application permissions that an administrator granted to this application. */
  readonly appRoleAssignments?: readonly AppRoleAssignment[]
  /** Delegated permissions that an administrator granted to this application for everyone. */
  readonly oauth2PermissionGrants?: readonly PermissionGrant[]
}

/** A delegated permission that an API exposes. */
export interface PermissionScope {
  /** The bare name, as tokens carry it. */
  readonly value: string
  /** What the consent page says. */
  readonly userConsentDisplayName?: string
}

/** An app role: an application permission, a role for people, or both. */
export interface AppRole {
  readonly value: string
  readonly allowedMemberTypes: readonly ('User' | 'Application')[]
}

/** A client that needs no consent for some of the API's scopes. */
export interface PreAuthorizedApplication {
  readonly appId: string
  /** Bare names of the API's scopes. */
  readonly scopes: readonly string[]
}

/** Redirect URIs by the platform they are registered for. */
export interface RedirectUris {
  /** Mobile and desktop applications. */
  readonly publicClient: readonly string[]
  readonly web: readonly string[]
  readonly spa: readonly string[]
}

/** The platform of a redirect URI. */
export type Platform = keyof RedirectUris

/** An optional claim of access tokens, as in the application manifest. */
export interface OptionalClaim {
  readonly name: string
  readonly additionalProperties?: readonly string[]
}

/** An application permission granted: a role of an API, or default access where `role` is absent. */
export interface AppRoleAssignment {
  /** Client ID of the API. */
  readonly resource: string
  readonly role?: string
}

/** Delegated permissions granted by an administrator. */
export interface PermissionGrant {
  /** Client ID of the API. */
  readonly resource: string
  /** Bare names. */
  readonly scopes: readonly string[]
}

/** Someone who can sign in. */
export interface PersonConfig {
  /** Object ID, a GUID. */
  readonly oid: string
  readonly name: string
  /** User principal name. */
  readonly upn: string
  readonly mail?: string
  /** Whether the account is a guest (`acct` 1). Default false. */
  readonly guest?: boolean
  /** Roles by client ID of the API; an empty list is an assignment with default access. */
  readonly appRoles?: Readonly<Record<string, readonly string[]>>
  /** Object IDs of groups. More than 200 make the token say so without listing them. */
  readonly groups?: readonly string[]
  /** How many more groups to make up. Default 0. */
  readonly generatedGroups?: number
}
