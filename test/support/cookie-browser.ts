const MAX_STEPS = 20

/** Where a browser came to rest: a page, or the address that it was to be stopped at. */
export interface Shown {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A browser with cookies and without scripts, as far as signing in needs one. */
export class CookieBrowser {
  readonly cookies = new Map<string, string>()
  /** Every address that was opened, oldest first. */
  readonly history: string[] = []

  /** Opens an address, and goes on by itself until there is a page, or an address that begins with `stopAt`. */
  async open(url: string | URL, stopAt?: string): Promise<Shown> {
    return this.#follow(String(url), {}, stopAt)
  }

  /** Presses a button of the form of a page. */
  async press(page: Shown, button: string, value: string, stopAt?: string, more: object = {}): Promise<Shown> {
    const fields = new URLSearchParams({ ...hiddenFields(page.text), [button]: value, ...more })
    const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(page.text) ?? []
    const url = new URL(unescaped(action), page.url)
    const headers = { origin: url.origin, 'sec-fetch-site': 'same-origin' }
    return this.#follow(url.href, { method: 'POST', body: fields, headers }, stopAt)
  }

  async #follow(first: string, init: RequestInit, stopAt?: string): Promise<Shown> {
    let [url, request] = [first, init]
    for (let i = 0; i < MAX_STEPS; i++) {
      this.history.push(url)
      if (stopAt !== undefined && url.startsWith(stopAt)) return { url, status: 0, headers: new Headers(), text: '' }
      const headers = { ...(request.headers as object), cookie: this.#cookieField() }
      const response = await fetch(url, { ...request, headers, redirect: 'manual' })
      for (const field of response.headers.getSetCookie()) this.#keep(field)
      const text = await response.text()
      const next = response.headers.get('location') ?? refreshOf(text)
      if (next === undefined) return { url, status: response.status, headers: response.headers, text }
      ;[url, request] = [new URL(next, url).href, {}]
    }
    throw new Error(`${MAX_STEPS} redirects, and no page`)
  }

  // One host is all there is: the gateway and Entra differ in ports, which cookies do not know.
  #cookieField(): string {
    return Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(field: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(field) ?? []
    if (/max-age=0/i.test(field)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

const refreshOf = (text: string): string | undefined => {
  const [, url] = /<meta http-equiv="refresh" content="0; url=([^"]+)"/.exec(text) ?? []
  return url === undefined ? undefined : unescaped(url)
}

/** The hidden fields of a page's form. */
export const hiddenFields = (text: string): Record<string, string> =>
  Object.fromEntries(
    Array.from(text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [
      name!,
      unescaped(value!)
    ])
  )

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
