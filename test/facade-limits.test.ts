import t from 'tap'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade } from './support/facade.ts'
import { parametersOf, RawClient } from './support/raw-client.ts'

const MAX_ADDRESS = 16 * 1024

/** As long as it may be, of characters that grow most on the way: quotes double in JSON, and triple in an address. */
const worst = {
  state: '"'.repeat(1024),
  claims: JSON.stringify({ x: '\\'.repeat(507) }),
  login_hint: 'ä'.repeat(160),
  domain_hint: '"'.repeat(253)
}

/** The longest redirect URIs that a client can register, and the id that it gets. */
const register = async (issuer: string) => {
  const redirects = [`https://app.example/${'r'.repeat(700)}`]
  const body = JSON.stringify({ client_name: '漢'.repeat(80), redirect_uris: redirects })
  const response = await fetch(`${issuer}/register`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' }
  })
  t.equal(response.status, 201)
  const { client_id } = (await response.json()) as { client_id: string }
  t.ok(client_id.length > 1300 && client_id.length <= 1500, `${client_id.length}`)
  return new RawClient(issuer, client_id, redirects[0])
}

for (const remember of ['', 'on']) {
  t.test(`the longest request that is accepted goes through to the end${remember && ', remembered'}`, async t => {
    const company = await facade(t, {
      oauth: { registration: 'dcr', redirectHosts: ['app.example'], offlineAccess: 'always' }
    })
    const client = await register(company.issuer)
    const browser = new CookieBrowser()
    const back = await client.allowed(browser, { ...worst, scope: undefined }, { remember })
    t.equal(back.get('state'), worst.state)
    for (const url of browser.history) t.ok(url.length < MAX_ADDRESS, `${url.length}: ${url.slice(0, 60)}`)
    const { status, document } = await client.redeem(back.get('code')!)
    t.equal(status, 200, JSON.stringify(document))
    t.equal((await client.refresh(document['refresh_token']!)).status, 200)
  })
}

const people = {
  'a hint of as many bytes as are kept': `${'ä'.repeat(27)}@x.example`,
  'a hint of as many characters, in more bytes': `${'ä'.repeat(54)}@x.example`
}
for (const [what, upn] of Object.entries(people)) {
  t.test(`the cookie of remembered consents never outgrows what browsers keep: ${what}`, async t => {
    const clients = Array.from({ length: 14 }, (_, i) => ({
      id: `client-${i}`,
      redirectUris: [`https://app.example/${i}`]
    }))
    const company = await facade(t, {
      oauth: { clients },
      entra: { autoSignIn: upn },
      directory({ tenants: [tenant] }) {
        tenant!.people.push({ oid: '55555555-6666-4777-8888-bbbbbbbbbbbb', name: 'Åsa', upn })
      }
    })
    const browser = new CookieBrowser()
    for (const { id, redirectUris } of clients)
      await new RawClient(company.issuer, id, redirectUris[0]).allowed(browser, {}, { remember: 'on' })
    const [name, value] = Array.from(browser.cookies).find(([cookie]) => cookie.includes('consents'))!
    t.ok(name.length + value.length <= 4096, `${name.length + value.length}`)
    for (const i of [2, 13]) {
      const client = new RawClient(company.issuer, `client-${i}`, `https://app.example/${i}`)
      const shown = await browser.open(client.authorizeUrl(), client.redirect)
      t.ok(parametersOf(shown).get('code'), `of the last twelve, client-${i} is remembered`)
    }
  })
}
