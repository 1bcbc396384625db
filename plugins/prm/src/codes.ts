/** What will hurt clients though it is no error, and what to write instead. */
export interface Warning {
  readonly meaning: string
  readonly fix: string
}

/** Every warning of prm by its code, as in the log at load. */
export const warnings = {
  SLUICE_PRM_SCOPE_OUTSIDE_RESOURCE: {
    meaning: 'The scope is not under the resource: Entra answers such a pair with AADSTS9010010.',
    fix: 'Write <resource>/<scope>, and make the resource an identifier URI of the API registration.'
  },
  SLUICE_PRM_SCOPE_NOT_OF_RESOURCE: {
    meaning: 'OIDC scopes and .default belong to the sign-in, not to the resource.',
    fix: 'Take it out; clients add what they need themselves.'
  },
  SLUICE_PRM_RESOURCE_OF_ANOTHER_URL: {
    meaning: 'The resource is not the URL that the metadata is found by, as RFC 9728 section 3.3 wants it.',
    fix: 'Leave the key resource out, or serve this route under that path.'
  },
  SLUICE_PRM_RESOURCE_WITHOUT_PATH: {
    meaning: 'The resource has no path: clients add a slash to it, and no identifier URI of Entra ends in one.',
    fix: 'Give the route a path, such as /mcp.'
  },
  SLUICE_PRM_RESOURCE_TRAILING_SLASH: {
    meaning: 'The resource ends in a slash, and no identifier URI of Entra does.',
    fix: 'Write it without.'
  },
  SLUICE_PRM_ISSUER_OF_EXTERNAL_ID: {
    meaning: 'The issuer of an External ID tenant has the tenant id as its host: clients refuse another spelling.',
    fix: 'Set authority to https://<tenant id>.ciamlogin.com.'
  }
} as const satisfies Record<string, Warning>

/** A code of {@link warnings}. */
export type WarningCode = keyof typeof warnings
