import { startCallbackListener } from '../../packages/demo/src/callback-listener.ts'
import { browse } from '../../packages/demo/src/browser.ts'
import { PublicClientProvider } from '../../packages/demo/src/oauth-provider.ts'
import type { Test } from 'tap'

/**
 * A public client with a redirect URI that listens, and a browser that signs in by itself.
 *
 * @param visit The browser: goes from an address to the redirect URI
 */
export const oauthClient = async (t: Test, clientId: string, visit: typeof browse = browse) => {
  const callback = await startCallbackListener()
  t.teardown(() => callback.close())
  let opened: URL | undefined
  const provider = new PublicClientProvider(clientId, callback.redirectUri, url => void (opened = url))
  return {
    provider,
    /** The authorization request that the client made. */
    request: () => opened,
    /** Plays the browser, and gives the authorization response. */
    signIn: async (): Promise<URLSearchParams> => {
      if (opened === undefined) throw new Error('the client did not ask to sign in')
      await visit(opened, callback.redirectUri)
      return callback.response
    }
  }
}
