import t, { type Test } from 'tap'
import { browserContext, withoutChromium } from './support/chromium.ts'
import { contoso, PAGE_CLIENT } from './support/contoso.ts'
import { pageServer } from './support/page-server.ts'

/** A company whose pages live on one origin alone: it listens on every address, so that no page of this machine may call by itself. */
const company = async (t: Test) => {
  const port = await pageServer(t)
  const page = `http://localhost:${port}`
  const started = await contoso(t, { page, host: '0.0.0.0', filters: [{ origin: { allowed: [page] } }] })
  return { ...started, page, port }
}

/** Opens the page on an origin, and waits until it has done what it can. */
const run = async (t: Test, origin: string, mcp: string) => {
  const page = await (await browserContext(t)).newPage()
  const complaints: string[] = []
  page.on('console', message => complaints.push(message.text()))
  const query = new URLSearchParams({ mcp, client: PAGE_CLIENT })
  await page.goto(`${origin}/?${query.toString()}`)
  const steps = JSON.parse((await page.textContent('pre:not(:empty)')) ?? '') as unknown[]
  return { title: await page.title(), steps, complaints: complaints.join('\n') }
}

t.test('a page on another origin signs in, lists and calls, with fetch', { skip: withoutChromium }, async t => {
  const { mcp, page } = await company(t)
  const { title, steps, complaints } = await run(t, page, mcp)
  t.strictSame(steps.slice(0, 1), [{ status: 401, error: 'SLUICE_AUTH_TOKEN_MISSING' }])
  t.match(steps.slice(1), [
    { tools: ['echo', 'add', 'headers', 'countdown'] },
    { content: [{ type: 'text', text: 'from a page' }] },
    { ended: 200 }
  ])
  t.equal(title, 'done', complaints)
})

t.test('a page on a foreign origin is refused, and learns nothing', { skip: withoutChromium }, async t => {
  const { mcp, port, log } = await company(t)
  const { title, steps, complaints } = await run(t, `http://evil.example:${port}`, mcp)
  t.strictSame([title, steps], ['failed', [{ error: 'TypeError: Failed to fetch' }]])
  t.match(complaints, /blocked by CORS policy: Response to preflight request/)
  t.match(
    log.filter(line => line.message === 'refused').map(line => line.fields['code']),
    ['SLUICE_ORIGIN_REFUSED'],
    'what the page wanted to send was never sent'
  )
})

t.test('a page that gives itself a name for this machine is refused, too', { skip: withoutChromium }, async t => {
  const { mcp } = await company(t)
  const page = await (await browserContext(t)).newPage()
  const answer = await page.goto(mcp.replace('127.0.0.1', 'rebound.example'))
  t.equal(answer?.status(), 403)
  t.equal(answer?.headers()['x-sluice-error'], 'SLUICE_ORIGIN_HOST_REFUSED')
})
