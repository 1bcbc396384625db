import type { Platform } from './directory-config.ts'

/** The platforms, in the order in which a redirect URI is looked for. */
export const platforms: readonly Platform[] = ['spa', 'publicClient', 'web']

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1'])

/** Says why Entra would not register a redirect URI, or `undefined`. */
export const checkRedirectUri = (redirectUri: string, platform: Platform): string | undefined => {
  const uri = URL.parse(redirectUri)
  if (uri === null) return `${redirectUri} is not an absolute URI`
  if (/[#*\s]/.test(redirectUri)) return `the redirect URI ${redirectUri} has a fragment, wildcard or space`
  if (uri.protocol === 'http:') {
    return loopbackHosts.has(uri.hostname) ? undefined : 'an http redirect URI must be localhost or 127.0.0.1'
  }
  if (uri.protocol === 'https:' || platform === 'publicClient') return undefined
  return `a ${platform} redirect URI must be https, or http on localhost`
}
