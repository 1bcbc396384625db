const guid = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'A GUID in lower case.'
}
const text = { type: 'string', minLength: 1 }
const texts = { type: 'array', items: text, uniqueItems: true, default: [] }
const guids = { type: 'array', items: guid, uniqueItems: true, default: [] }
const yesOrNo = { type: 'boolean', default: false }

const object = (required: readonly string[], properties: Record<string, object>): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties
})

const list = (items: object): object => ({ type: 'array', items, default: [] })

const facets = ['xms_act_fct', 'xms_idrel', 'xms_par_app_azp', 'xms_sub_fct', 'xms_tnt_fct']
const optionalClaimNames = ['acct', 'acrs', 'aud', 'auth_time', 'email', 'idtyp', 'ipaddr', 'upn', 'xms_cc', ...facets]
const guestNames = ['include_externally_authenticated_upn', 'include_externally_authenticated_upn_without_hash']
const claimProperties = ['use_guid', 'include_user_token', ...guestNames]

const optionalClaim = object(['name'], {
  name: { enum: optionalClaimNames },
  additionalProperties: { type: 'array', items: { enum: claimProperties }, default: [] }
})

const appRole = object(['value', 'allowedMemberTypes'], {
  value: { type: 'string', pattern: '^[^\\s]+$' },
  allowedMemberTypes: { type: 'array', items: { enum: ['User', 'Application'] }, minItems: 1, uniqueItems: true }
})

const redirectUris = {
  ...object([], { publicClient: texts, web: texts, spa: texts }),
  default: { publicClient: [], web: [], spa: [] }
}

const scope = object(['value'], {
  value: text,
  type: { enum: ['User', 'Admin'], default: 'User' },
  userConsentDisplayName: text
})

const federatedIdentityCredential = object(['name', 'issuer', 'subject', 'audiences'], {
  name: text,
  issuer: text,
  subject: text,
  audiences: { type: 'array', items: text, minItems: 1, uniqueItems: true },
  jwks: object(['keys'], { keys: { type: 'array', items: { type: 'object', additionalProperties: text } } })
})

const application = object(['clientId', 'displayName'], {
  clientId: guid,
  displayName: text,
  kind: { enum: ['application', 'agentIdentityBlueprint', 'agentIdentity'], default: 'application' },
  agentIdentityBlueprintId: guid,
  signInAudience: { enum: ['AzureADMyOrg', 'AzureADMultipleOrgs'], default: 'AzureADMyOrg' },
  identifierUris: texts,
  requestedAccessTokenVersion: { enum: [null, 1, 2], default: null },
  oauth2PermissionScopes: list(scope),
  appRoles: list(appRole),
  preAuthorizedApplications: list(object(['appId', 'scopes'], { appId: guid, scopes: texts })),
  redirectUris,
  isFallbackPublicClient: yesOrNo,
  clientSecrets: { ...texts, writeOnly: true },
  keyCredentials: list(object(['key'], { key: text })),
  federatedIdentityCredentials: list(federatedIdentityCredential),
  optionalClaims: { ...object([], { accessToken: list(optionalClaim) }), default: { accessToken: [] } },
  groupMembershipClaims: {
    enum: ['None', 'SecurityGroup', 'ApplicationGroup', 'DirectoryRole', 'All'],
    default: 'None'
  },
  appRoleAssignmentRequired: yesOrNo,
  servicePrincipal: { type: 'boolean', default: true },
  appRoleAssignments: list(object(['resource'], { resource: guid, role: text })),
  oauth2PermissionGrants: list(object(['resource', 'scopes'], { resource: guid, scopes: texts })),
  groups: guids
})

const rolesByApplication = { type: 'object', propertyNames: guid, additionalProperties: texts, default: {} }

const person = object(['oid', 'name', 'upn'], {
  oid: guid,
  name: text,
  upn: { type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' },
  mail: text,
  guest: yesOrNo,
  appRoles: rolesByApplication,
  groups: guids,
  generatedGroups: { type: 'integer', minimum: 0, maximum: 5000, default: 0 },
  directoryRoles: guids,
  administrator: yesOrNo,
  identityParentId: guid
})

const group = object(['oid'], {
  oid: guid,
  securityEnabled: { type: 'boolean', default: true },
  appRoles: rolesByApplication
})

const conditionalAccessPolicy = object(['id', 'builtInControl'], {
  id: guid,
  includeApplications: guids,
  includeAuthenticationContexts: { ...texts, items: { type: 'string', pattern: '^c[1-9][0-9]?$' } },
  includeUsers: guids,
  builtInControl: { enum: ['mfa', 'block'] }
})

const tenant = object(['tenantId'], {
  tenantId: guid,
  displayName: { ...text, default: 'Contoso' },
  verifiedDomains: texts,
  applications: list(application),
  people: list(person),
  groups: list(group),
  conditionalAccessPolicies: list(conditionalAccessPolicy),
  resourceParameter: { enum: ['matched', 'refused'], default: 'matched' }
})

/** JSON Schema draft-07 of a directory. Fills in the defaults, so that what it accepts is a complete {@link Directory}. */
export const directorySchema = object(['tenants'], {
  tenants: { type: 'array', items: tenant, minItems: 1 }
})
