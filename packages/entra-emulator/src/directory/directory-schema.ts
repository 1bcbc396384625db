const guid = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'A GUID in lower case.'
}
const text = { type: 'string', minLength: 1 }
const texts = { type: 'array', items: text, uniqueItems: true, default: [] }
const yesOrNo = { type: 'boolean', default: false }

const object = (required: readonly string[], properties: Record<string, object>): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties
})

const list = (items: object): object => ({ type: 'array', items, default: [] })

const optionalClaim = object(['name'], {
  name: { enum: ['acct', 'acrs', 'aud', 'auth_time', 'email', 'idtyp', 'ipaddr', 'upn', 'xms_cc'] },
  additionalProperties: { type: 'array', items: { enum: ['use_guid', 'include_user_token'] }, default: [] }
})

const appRole = object(['value', 'allowedMemberTypes'], {
  value: { type: 'string', pattern: '^[^\\s]+$' },
  allowedMemberTypes: { type: 'array', items: { enum: ['User', 'Application'] }, minItems: 1, uniqueItems: true }
})

const redirectUris = {
  ...object([], { publicClient: texts, web: texts, spa: texts }),
  default: { publicClient: [], web: [], spa: [] }
}

const application = object(['clientId', 'displayName'], {
  clientId: guid,
  displayName: text,
  identifierUris: texts,
  requestedAccessTokenVersion: { enum: [null, 1, 2], default: null },
  oauth2PermissionScopes: list(object(['value'], { value: text, userConsentDisplayName: text })),
  appRoles: list(appRole),
  preAuthorizedApplications: list(object(['appId', 'scopes'], { appId: guid, scopes: texts })),
  redirectUris,
  isFallbackPublicClient: yesOrNo,
  clientSecrets: { ...texts, writeOnly: true },
  optionalClaims: { ...object([], { accessToken: list(optionalClaim) }), default: { accessToken: [] } },
  groupMembershipClaims: { enum: ['None', 'SecurityGroup', 'All'], default: 'None' },
  appRoleAssignmentRequired: yesOrNo,
  appRoleAssignments: list(object(['resource'], { resource: guid, role: text })),
  oauth2PermissionGrants: list(object(['resource', 'scopes'], { resource: guid, scopes: texts }))
})

const person = object(['oid', 'name', 'upn'], {
  oid: guid,
  name: text,
  upn: { type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' },
  mail: text,
  guest: yesOrNo,
  appRoles: { type: 'object', propertyNames: guid, additionalProperties: texts, default: {} },
  groups: { type: 'array', items: guid, uniqueItems: true, default: [] },
  generatedGroups: { type: 'integer', minimum: 0, maximum: 5000, default: 0 }
})

const tenant = object(['tenantId'], {
  tenantId: guid,
  displayName: { ...text, default: 'Contoso' },
  verifiedDomains: texts,
  applications: list(application),
  people: list(person)
})

/** JSON Schema draft-07 of a directory. Fills in the defaults, so that what it accepts is a complete {@link Directory}. */
export const directorySchema = object(['tenants'], {
  tenants: { type: 'array', items: tenant, minItems: 1 }
})
