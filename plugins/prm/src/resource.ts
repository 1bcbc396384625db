/**
 * Reads a resource identifier (RFC 9728 section 1.2) and leaves its spelling as it is, since clients send it verbatim.
 *
 * @throws Error where clients would refuse the document: their SDKs want the origin of the URL that they were given and
 *   a prefix of its path.
 */
export function checkResource(resource: string, publicUrl: string): string {
  const url = URL.canParse(resource) ? new URL(resource) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error(`resource: ${resource} is not an https URL; clients refuse other identifiers, such as api://`)
  }
  if (url.username !== '' || url.password !== '' || /[?#]/.test(resource)) {
    throw new Error('resource: must have no user, query or fragment')
  }
  const route = new URL(publicUrl)
  if (url.origin !== route.origin || !withSlash(route.pathname).startsWith(withSlash(url.pathname))) {
    throw new Error(`resource: clients refuse ${resource} for ${publicUrl}; write that URL or a prefix of its path`)
  }
  return resource
}

/** So that prefixes end where segments do. */
const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`)
