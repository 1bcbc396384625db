import t, { type Test } from 'tap'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade, type FacadeOptions } from './support/facade.ts'
import { parametersOf, RawClient } from './support/raw-client.ts'

const WEB = 'https://app.example/callback'
const clients = [
  { id: 'web', redirectUris: [WEB, 'https://app.example/other'] },
  { id: 'native', redirectUris: ['http://127.0.0.1/callback'] },
  { id: 'app', redirectUris: ['app://callback/x'] }
]

/** A company whose people pick themselves by login_hint; nobody is signed in by default. */
const company = async (t: Test, options: FacadeOptions = {}) => {
  const started = await facade(t, {
    ...options,
    oauth: { clients, ...options.oauth },
    entra: { automatic: true, autoSignIn: 'ada@contoso.example' }
  })
  return { ...started, client: new RawClient(started.issuer, 'web', WEB) }
}

/** Lets the five minutes go by in which a client that is back makes the page come again. */
const later = (t: Test) => {
  const now = Date.now()
  t.intercept(Date, 'now', { value: () => now + 301_000 })
}

t.test('a consent that is to be remembered is, for the person: next time there is no page', async t => {
  const { client } = await company(t)
  const browser = new CookieBrowser()
  const first = await client.allowed(browser, {}, { remember: 'on' })
  t.equal((await client.redeem(first.get('code')!)).status, 200)
  const second = await browser.open(client.authorizeUrl(), WEB)
  t.ok(parametersOf(second).get('code'), 'straight through')
  const { status, document } = await client.redeem(parametersOf(second).get('code')!)
  t.equal(status, 200)
  t.notOk('id_token' in document)
  const third = await browser.open(client.authorizeUrl(), WEB)
  t.match(third.text, /Allow web to act for you/, 'a client that is back at once was not served: the person is asked')
})

t.test('it is remembered for this client and redirect URI in this browser, and for no other', async t => {
  const { client, issuer } = await company(t)
  const browser = new CookieBrowser()
  await client.allowed(browser, {}, { remember: 'on' })
  const asks = async (url: string, at = browser) => (await at.open(url, WEB)).text.includes('decision')
  const { text } = await new CookieBrowser().open(client.authorizeUrl({ scope: 'mcp_access' }), WEB)
  t.match(text, 'mcp_admin', 'the page shows what tokens carry, which is all that was granted')
  t.ok(await asks(client.authorizeUrl({ redirect_uri: 'https://app.example/other' })), 'another redirect URI')
  t.ok(await asks(new RawClient(issuer, 'native').authorizeUrl()), 'another client')
  t.ok(await asks(client.authorizeUrl(), new CookieBrowser()), 'another browser')
  t.notOk(await asks(client.authorizeUrl()))
})

t.test('whoever signs in must be who allowed it: another person gets no tokens, and is asked next time', async t => {
  const { client } = await company(t)
  const browser = new CookieBrowser()
  await client.allowed(browser, {}, { remember: 'on' })
  const grace = await browser.open(client.authorizeUrl({ login_hint: 'grace@contoso.example' }), WEB)
  const refused = await client.redeem(parametersOf(grace).get('code')!)
  t.match(refused, { status: 400, document: { error: 'invalid_grant' } })
  t.equal(refused.headers.get('x-sluice-error'), 'SLUICE_OAUTH_OTHER_PERSON')
  t.notOk('access_token' in refused.document)
  const again = await browser.open(client.authorizeUrl({ login_hint: 'grace@contoso.example' }), WEB)
  t.match(again.text, /decision/)
})

t.test('without the box nothing is remembered, and with it five minutes later it still is', async t => {
  const { client } = await company(t)
  const browser = new CookieBrowser()
  await client.allowed(browser)
  t.match((await browser.open(client.authorizeUrl(), WEB)).text, /decision/)
  await client.allowed(browser, {}, { remember: 'on' })
  later(t)
  t.ok(parametersOf(await browser.open(client.authorizeUrl(), WEB)).get('code'))
})

t.test(
  'a redirect to loopback, or to a scheme of its own, is never remembered, even if the box is made up',
  async t => {
    const { issuer } = await company(t)
    for (const client of [new RawClient(issuer, 'native'), new RawClient(issuer, 'app', 'app://callback/x')]) {
      const browser = new CookieBrowser()
      const page = await browser.open(client.authorizeUrl())
      t.notMatch(page.text, /remember/)
      await client.allowed(browser, {}, { remember: 'on' })
      t.match((await browser.open(client.authorizeUrl(), client.redirect)).text, /decision/)
    }
  }
)

t.test('prompt=none works with a consent that is remembered', async t => {
  const { client } = await company(t)
  const browser = new CookieBrowser()
  await client.allowed(browser, {}, { remember: 'on' })
  const shown = await browser.open(client.authorizeUrl({ prompt: 'none' }), WEB)
  t.ok(parametersOf(shown).get('code'))
})

t.test('whoever cancels is not sent to Entra, and the client learns of it', async t => {
  const { client, entra, issuer } = await company(t)
  const browser = new CookieBrowser()
  const page = await browser.open(client.authorizeUrl())
  const back = parametersOf(await browser.press(page, 'decision', 'deny', WEB))
  t.match(Object.fromEntries(back), { error: 'access_denied', state: 'the-state', iss: issuer })
  t.notOk(entra.requests.some(path => path.endsWith('/authorize')))
})
