/** A delegated permission that an API exposes: `permissionScope` of Microsoft Graph. */
export interface PermissionScope {
  readonly id: string
  /** The bare name. */
  readonly value: string
  readonly type: string
  readonly isEnabled: boolean
  readonly [member: string]: unknown
}

/** A client that needs no consent for some scopes. */
export interface PreAuthorizedApplication {
  readonly appId: string
  readonly delegatedPermissionIds: readonly string[]
}

/** What is looked at of an app registration: `application` of Microsoft Graph. */
export interface Registration {
  /** The client ID. */
  readonly appId: string
  readonly identifierUris: readonly string[]
  /** 2, or version 1 where it is 1 or null. */
  readonly requestedAccessTokenVersion: number | null
  readonly scopes: readonly PermissionScope[]
  readonly preAuthorizedApplications: readonly PreAuthorizedApplication[]
}

/** What is looked at of a service principal: what the tenant knows of the API. */
export interface ServicePrincipal {
  readonly accountEnabled: boolean
  readonly appRoleAssignmentRequired: boolean
}

/**
 * Reads an app registration as Microsoft Graph and `az ad app show` write it.
 *
 * @throws Error saying what it is instead
 */
export const readRegistration = (value: unknown): Registration => {
  const document = recordOf(value)
  const { appId, identifierUris } = document
  if (typeof appId !== 'string' || !Array.isArray(identifierUris)) {
    throw new Error('this is no app registration in the format of Microsoft Graph, as az ad app show writes it')
  }
  const api = recordOf(document['api'])
  const { requestedAccessTokenVersion: version } = api
  return {
    appId,
    identifierUris: identifierUris.filter(uri => typeof uri === 'string'),
    requestedAccessTokenVersion: typeof version === 'number' ? version : null,
    scopes: recordsOf(api['oauth2PermissionScopes']).map(scope => ({
      ...scope,
      id: textOf(scope['id']),
      value: textOf(scope['value']),
      type: textOf(scope['type']),
      isEnabled: scope['isEnabled'] !== false
    })),
    preAuthorizedApplications: recordsOf(api['preAuthorizedApplications']).map(client => ({
      appId: textOf(client['appId']),
      delegatedPermissionIds: textsOf(client['delegatedPermissionIds'])
    }))
  }
}

/** Reads a service principal as Microsoft Graph writes it. */
export const readServicePrincipal = (value: unknown): ServicePrincipal => {
  const { accountEnabled, appRoleAssignmentRequired } = recordOf(value)
  return { accountEnabled: accountEnabled !== false, appRoleAssignmentRequired: appRoleAssignmentRequired === true }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

const recordsOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map(recordOf) : []

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []
