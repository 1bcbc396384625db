import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { mkdirSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { browserContext, withoutChromium } from './support/chromium.ts'
import { facade, type FacadeOptions } from './support/facade.ts'
import { RawClient } from './support/raw-client.ts'

/** A client's own listener, to which the browser comes back. */
const listening = async (t: Test) => {
  const came = Promise.withResolvers<URLSearchParams>()
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '', 'http://client')
    res.setHeader('content-type', 'text/html').end('<title>signed in</title>')
    if (url.pathname === '/callback') came.resolve(url.searchParams)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { redirect: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, came: came.promise }
}

const scene = async (t: Test, options: FacadeOptions = {}) => {
  const { issuer, entra } = await facade(t, { ...options, entra: { autoSignIn: undefined } })
  const { redirect, came } = await listening(t)
  const context = await browserContext(t)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => complaints.push(message.text()))
  return { client: new RawClient(issuer, undefined, redirect), context, page, came, entra, complaints }
}

/** `SCREENSHOTS` names a folder for pictures of the pages. */
const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['SCREENSHOTS']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

/** Whether anything is wider than the window. */
const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

const cookieOf = async (context: BrowserContext) =>
  (await context.cookies()).find(({ name }) => name === '__Host-sluice-browser')

t.test('a person allows a client and signs in, by keyboard alone', { skip: withoutChromium }, async t => {
  const { client, context, page, came, entra, complaints } = await scene(t)
  await page.goto(client.authorizeUrl())
  t.equal(await page.title(), 'Allow A known client to act for you?')
  await picture(page, 'consent-wide')
  t.match(await cookieOf(context), { httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })
  t.equal(await page.getAttribute('html', 'lang'), 'en')
  await page.keyboard.press('Tab')
  t.equal(await page.evaluate('document.activeElement.textContent'), 'Allow')
  t.not(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none', 'one sees where one is')
  await page.keyboard.press('Enter')
  await page.waitForURL(url => url.href.startsWith(entra.authority))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  const response = await came
  t.equal((await client.redeem(response.get('code')!)).status, 200)
  t.equal(response.get('iss'), client.issuer)
  t.strictSame(complaints, [], 'no policy was broken')
})

t.test('cancel leads back to the client', { skip: withoutChromium }, async t => {
  const { client, page, came, complaints } = await scene(t)
  await page.goto(client.authorizeUrl())
  await page.getByRole('button', { name: 'Cancel' }).press('Enter')
  t.equal((await came).get('error'), 'access_denied')
  t.strictSame(complaints, [])
})

t.test(
  'the pages are readable at the width of a phone, dark, and with long names',
  { skip: withoutChromium },
  async t => {
    const name = 'An app whose name is long '.repeat(2) + 'x'.repeat(28)
    const { client, page } = await scene(t, {
      oauth: { clients: [{ id: 'known-client', name, redirectUris: ['http://127.0.0.1/callback'] }] }
    })
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto(client.authorizeUrl({ scope: undefined }))
    t.notOk(await overflows(page))
    t.ok(Number(await page.evaluate('parseFloat(getComputedStyle(document.body).fontSize)')) >= 16)
    const allow = await page.getByRole('button', { name: 'Allow' }).boundingBox()
    t.ok(allow !== null && allow.height >= 44, 'a finger finds the button')
    await picture(page, 'consent-phone')
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture(page, 'consent-phone-dark')
    await page.goto(client.authorizeUrl({ redirect_uri: 'https://evil.example/' }))
    t.notOk(await overflows(page))
    await picture(page, 'error-phone')
  }
)

t.test('the page cannot be put into a frame', { skip: withoutChromium }, async t => {
  const { client, page, complaints } = await scene(t)
  const framing = createServer((_req, res) => {
    const url = client.authorizeUrl().replaceAll('&', '&amp;')
    res.setHeader('content-type', 'text/html').end(`<title>framing</title><iframe src="${url}"></iframe>`)
  }).listen(0, '127.0.0.1')
  await once(framing, 'listening')
  t.teardown(() => framing.close())
  await page.goto(`http://evil.example:${(framing.address() as AddressInfo).port}/`)
  t.match(complaints.join('\n'), /frame-ancestors/)
  t.equal(
    await page
      .frames()[1]
      ?.evaluate('document.querySelectorAll("button").length')
      .catch(() => 0),
    0
  )
  framing.closeAllConnections()
})

t.test('a form of another site allows nothing, though the cookie is there', { skip: withoutChromium }, async t => {
  const { client, page, entra } = await scene(t)
  await page.goto(client.authorizeUrl())
  const request = await page.inputValue('input[name=request]')
  const forging = createServer((_req, res) => {
    const form = `<form method="post" action="${client.issuer}/consent"><input name="request" value="${request}"><button name="decision" value="allow">win a prize</button></form>`
    res.setHeader('content-type', 'text/html').end(form)
  }).listen(0, '127.0.0.1')
  await once(forging, 'listening')
  t.teardown(() => forging.close())
  await page.goto(`http://evil.example:${(forging.address() as AddressInfo).port}/`)
  const [answer] = await Promise.all([page.waitForNavigation(), page.click('button')])
  t.equal(answer?.status(), 403)
  t.notOk(entra.requests.some(path => path.endsWith('/authorize')))
  forging.closeAllConnections()
})
