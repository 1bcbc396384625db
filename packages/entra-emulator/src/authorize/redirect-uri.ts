import type { Application } from '../directory/directory.ts'
import { platforms } from '../directory/check-redirect-uri.ts'
import type { Platform } from '../directory/directory-config.ts'

const loopback = /^(http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?(?=[/?]|$)/

const withoutPort = (redirectUri: string): string => redirectUri.replace(loopback, '$1')

const matches = (registered: string, requested: string, platform: Platform): boolean => {
  if (registered === requested) return true
  // RFC 8252 section 7.3: a native client's loopback listener has whatever port was free.
  const anyPort = platform === 'publicClient' && loopback.test(registered) && loopback.test(requested)
  return anyPort && withoutPort(registered) === withoutPort(requested)
}

/** The platform for which a redirect URI is registered, byte for byte but for a loopback port; `undefined` if it is not. */
export const findPlatform = ({ redirectUris }: Application, requested: string): Platform | undefined =>
  platforms.find(platform => redirectUris[platform].some(registered => matches(registered, requested, platform)))
