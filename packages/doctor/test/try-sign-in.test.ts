import t from 'tap'
import { type Read, tryFacade, trySignIn } from '../src/index.ts'

const endpoint = 'https://login.microsoftonline.com/t/oauth2/v2.0/authorize'
const metadata = { authorization_endpoint: endpoint } as never
const callback = 'https://app.contoso.example/callback?from=entra'
const trial = { clientId: 'c', redirectUri: callback, scopes: ['api://x/y'], resource: '' }

type Answered = Partial<Awaited<ReturnType<Read>>>

const answers =
  ({ status = 302, location, text = '', ...more }: Answered): Read =>
  async () => ({ status, location, text, ...more })

const back = (parameters: Record<string, string>, to = 'https://app.contoso.example/callback') => ({
  location: `${to}?${new URLSearchParams(parameters).toString()}`
})

const withoutCode = (status: number) => ({ missing: new RegExp(`answered ${status} without a code`) })

/** Answers that come of neither: of a proxy, an outage, a throttle. */
const ofOthers: readonly Answered[] = [
  { status: 503, text: 'Service Unavailable' },
  { status: 429 },
  { status: 407 },
  { status: 403, text: '<h1>Blocked</h1>' },
  { status: 200, text: '<h1>Sign in to the network</h1>' },
  { location: 'https://portal.contoso.example/?from=login' },
  { location: '/elsewhere' }
]

t.test('Entra takes a request where it says so, and nowhere else', async t => {
  const wantsPerson = { error: 'login_required', error_description: 'AADSTS50058: A silent sign-in request was sent' }
  const table: readonly (readonly [Answered, object])[] = [
    [back(wantsPerson), { value: undefined }],
    [back({ error: 'consent_required', error_description: 'AADSTS65001: no consent' }), { value: undefined }],
    [back({ error: 'invalid_resource', error_description: 'AADSTS500011: no principal' }), { value: 500011 }],
    [{ status: 200, text: 'AADSTS50011: The redirect URI does not match' }, { value: 50011 }],
    [back(wantsPerson, 'https://elsewhere.example/callback'), withoutCode(302)],
    [{ status: 200, text: 'AADSTS50058: nobody is signed in' }, withoutCode(200)],
    [back({ error: 'server_error' }), withoutCode(302)],
    ...ofOthers.map(answer => [answer, withoutCode(answer.status ?? 302)] as const)
  ]
  for (const [answer, reading] of table) {
    t.match(await trySignIn(metadata, trial, answers(answer)), reading, JSON.stringify(answer))
  }
})

t.test('the facade takes a request where it would ask the person, and nowhere else', async t => {
  const table: readonly (readonly [Answered, object])[] = [
    [back({ error: 'interaction_required' }), { value: undefined }],
    [
      back({ error: 'invalid_scope', error_description: 'unknown' }),
      { value: { code: 'invalid_scope', reason: 'unknown' } }
    ],
    [{ status: 400, refusal: 'SLUICE_OAUTH_CLIENT' }, { value: { code: 'SLUICE_OAUTH_CLIENT', reason: '' } }],
    [back({ error: 'interaction_required' }, 'https://elsewhere.example/callback'), withoutCode(302)],
    [back({ code: 'x' }), withoutCode(302)],
    ...ofOthers.map(answer => [answer, withoutCode(answer.status ?? 302)] as const)
  ]
  for (const [answer, reading] of table) {
    t.match(await tryFacade(metadata, trial, answers(answer)), reading, JSON.stringify(answer))
  }
})

t.test('a redirect URI with a scheme of its own, which has no origin, is known again', async t => {
  const own = { ...trial, redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback' }
  const table: readonly (readonly [string, object])[] = [
    [own.redirectUri, { value: undefined }],
    ['cursor://elsewhere/oauth/callback', withoutCode(302)]
  ]
  for (const [to, reading] of table) {
    t.match(await tryFacade(metadata, own, answers(back({ error: 'interaction_required' }, to))), reading, to)
  }
})
