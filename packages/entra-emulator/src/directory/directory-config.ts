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
  /** Groups about which more is to be said than that people are in them. */
  readonly groups?: readonly GroupConfig[]
  readonly conditionalAccessPolicies?: readonly ConditionalAccessPolicyConfig[]
  /** Whether `resource` has to match the scopes, or is refused as it was until early 2026. Default `matched`. */
  readonly resourceParameter?: 'matched' | 'refused'
}

/** An app registration and its service principal; the keys are those of the Microsoft Graph `application` resource. */
export interface ApplicationConfig {
  /** The application (client) ID, a GUID. */
  readonly clientId: string
  readonly displayName: string
  /** Default `application`. */
  readonly kind?: ApplicationKind
  /** Client ID of the blueprint that an agent identity is a child of. */
  readonly agentIdentityBlueprintId?: string
  /** Who signs in: people of this tenant, or of every tenant that lists the application too. Default `AzureADMyOrg`. */
  readonly signInAudience?: 'AzureADMyOrg' | 'AzureADMultipleOrgs'
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
  /** Certificates that the application signs client assertions with. */
  readonly keyCredentials?: readonly KeyCredential[]
  /** Issuers whose tokens stand for the application's own credential. */
  readonly federatedIdentityCredentials?: readonly FederatedIdentityCredential[]
  readonly optionalClaims?: { readonly accessToken?: readonly OptionalClaim[] }
  /** Which groups tokens for this API carry. Default `None`. */
  readonly groupMembershipClaims?: 'None' | 'SecurityGroup' | 'ApplicationGroup' | 'DirectoryRole' | 'All'
  /** Whether only assigned people and applications get tokens for this API. Default false. */
  readonly appRoleAssignmentRequired?: boolean
  /** Whether the application has its service principal in the tenant: without it the tenant does not know the API. Default true. */
  readonly servicePrincipal?: boolean
  /** Application permissions that an administrator granted to this application. */
  readonly appRoleAssignments?: readonly AppRoleAssignment[]
  /** Delegated permissions that an administrator granted to this application for everyone. */
  readonly oauth2PermissionGrants?: readonly PermissionGrant[]
  /** Object IDs of groups that its service principal is in: Microsoft Graph tells, no token does. */
  readonly groups?: readonly string[]
}

/** What an application is: an agent identity acts with the credentials of its blueprint. */
export type ApplicationKind = 'application' | 'agentIdentityBlueprint' | 'agentIdentity'

/** A certificate of an application, as in the application manifest. */
export interface KeyCredential {
  /** DER in base64. */
  readonly key: string
}

/** An issuer whose tokens an application may present as client assertion. */
export interface FederatedIdentityCredential {
  readonly name: string
  /** The `iss` of the tokens; `{authority}` stands for the emulator's own address. */
  readonly issuer: string
  /** The `sub` of the tokens. */
  readonly subject: string
  /** The `aud` of the tokens: as a rule `api://AzureADTokenExchange`. */
  readonly audiences: readonly string[]
  /** The issuer's keys (Entra fetches them). Absent where the emulator itself is the issuer. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, string>>[] }
}

/** A delegated permission that an API exposes. */
export interface PermissionScope {
  /** The bare name, as tokens carry it. */
  readonly value: string
  /** Who may consent to it: everyone, or administrators only. Default `User`. */
  readonly type?: 'User' | 'Admin'
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
  /** How many more security groups to make up. Default 0. */
  readonly generatedGroups?: number
  /** Template IDs of directory roles, as `wids` carries them. */
  readonly directoryRoles?: readonly string[]
  /** Whether the person may consent to what only administrators may. Default false. */
  readonly administrator?: boolean
  /** Client ID of the agent identity whose user account this is: nobody signs in with it. */
  readonly identityParentId?: string
}

/** What is to be known of a group. One that is not listed is a security group. */
export interface GroupConfig {
  /** Object ID, a GUID. */
  readonly oid: string
  /** Default true; a distribution list is not. */
  readonly securityEnabled?: boolean
  /** Roles that the group gives its members, by client ID of the API; an empty list is default access. */
  readonly appRoles?: Readonly<Record<string, readonly string[]>>
}

/** A Conditional Access policy: what it is about, and what it demands. */
export interface ConditionalAccessPolicyConfig {
  /** A GUID. */
  readonly id: string
  /** Client IDs of APIs whose tokens it governs. */
  readonly includeApplications?: readonly string[]
  /** Authentication contexts (`c1` to `c99`) that it governs. */
  readonly includeAuthenticationContexts?: readonly string[]
  /** Object IDs of people; absent or empty for everyone. */
  readonly includeUsers?: readonly string[]
  /** Multifactor authentication, or no token at all. */
  readonly builtInControl: 'mfa' | 'block'
}
