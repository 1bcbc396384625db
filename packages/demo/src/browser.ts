/** More than any sign-in that needs nobody. */
const MAX_REDIRECTS = 10

/**
 * Plays the browser of an authorization request: follows the redirects until the one to the redirect URI, and follows
 * that too, so that the client's own listener gets the response.
 *
 * @throws Error that tells the status and the AADSTS message, or the title, of a page that redirects nowhere.
 */
export const browse = async (authorizationUrl: URL, redirectUri: string, signal?: AbortSignal): Promise<void> => {
  let url = authorizationUrl
  for (let i = 0; i < MAX_REDIRECTS; i++) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { accept: 'text/html' },
      ...(signal && { signal })
    })
    if (isAt(url, redirectUri)) {
      await response.body?.cancel()
      return
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) throw await pageShown(response)
    await response.body?.cancel()
    url = new URL(location, url)
  }
  throw new Error(`the authorization endpoint redirected ${MAX_REDIRECTS} times and never to ${redirectUri}`)
}

const isAt = (url: URL, redirectUri: string): boolean => `${url.origin}${url.pathname}` === redirectUri

const pageShown = async (response: Response): Promise<Error> => {
  const page = await response.text()
  const shown = /AADSTS\d+:[^\n<]*/.exec(page)?.[0] ?? /<title>([^<]*)<\/title>/i.exec(page)?.[1] ?? 'a page'
  return new Error(
    `the authorization endpoint answered ${response.status} instead of redirecting, and showed: ${shown.trim()}`
  )
}
