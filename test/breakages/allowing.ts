import { CookieBrowser } from '../support/cookie-browser.ts'

/** A browser whose person allows the client on the gateway's page, and signs in at Entra. */
export const allowing = async (url: URL, redirectUri: string): Promise<void> => {
  const browser = new CookieBrowser()
  const page = await browser.open(url)
  // What is wrong with the request goes back to the client at once.
  if (page.url.startsWith(redirectUri)) return
  const shown = await browser.press(page, 'decision', 'allow')
  if (!shown.url.startsWith(redirectUri)) throw new Error(/AADSTS\d+:[^\n<]*/.exec(shown.text)?.[0] ?? shown.text)
}
