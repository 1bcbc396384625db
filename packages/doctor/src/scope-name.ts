const ofSignIn = new Set(['openid', 'profile', 'email', 'offline_access'])

/** Whether a scope belongs to OpenID Connect and to no API. */
export const isOfSignIn = (scope: string): boolean => ofSignIn.has(scope)

/** The API that a scope in request form names, `<identifier URI or client ID>/<scope>`; `undefined` for a bare one. */
export const resourceOf = (scope: string): string | undefined => {
  const slash = scope.lastIndexOf('/')
  return slash < 0 ? undefined : scope.slice(0, slash)
}

/** The name of a scope as tokens carry it. */
export const bareName = (scope: string): string => scope.slice(scope.lastIndexOf('/') + 1)

/** Scopes of the list that ask for something of an API. */
export const apiScopes = (scopes: readonly string[]): readonly string[] => scopes.filter(scope => !isOfSignIn(scope))
