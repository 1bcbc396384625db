import t from 'tap'
import { challengeError, Gateway } from './gateway.ts'

const gateway = await Gateway.start(t)
const token = gateway.token()
const bearer = ['Authorization', `Bearer ${token}`]

interface Row {
  readonly name: string
  readonly headers: readonly string[]
  readonly query?: string
  /** Code, status and `error` of the challenge; absent if the request passes. */
  readonly strict?: readonly [string, number, string | undefined]
  /** Where mode optional differs. */
  readonly optional?: 'passes'
}

const missing = ['SLUICE_AUTH_TOKEN_MISSING', 401, 'none'] as const
const repeated = ['SLUICE_AUTH_CREDENTIALS_REPEATED', 400, 'invalid_request'] as const
const inQuery = ['SLUICE_AUTH_TOKEN_IN_QUERY', 400, 'invalid_request'] as const
const form = ['SLUICE_AUTH_FORM_REFUSED', 415, undefined] as const
const scheme = ['SLUICE_AUTH_SCHEME_UNSUPPORTED', 401, 'none'] as const
const proof = ['SLUICE_AUTH_PROOF_UNSUPPORTED', 401, 'none'] as const
const malformed = ['SLUICE_AUTH_TOKEN_MALFORMED', 401, 'invalid_token'] as const
const typed = (value: string) => ['Content-Type', value, ...bearer]

const rows: readonly Row[] = [
  { name: 'a bearer token', headers: bearer },
  { name: 'another case', headers: ['AUTHORIZATION', `bEARER ${token}`] },
  { name: 'more spaces', headers: ['authorization', `Bearer   ${token}`] },
  { name: 'no credential', headers: ['Accept', '*/*'], strict: missing, optional: 'passes' },
  { name: 'two of the same', headers: [...bearer, 'authorization', `Bearer ${token}`], strict: repeated },
  { name: 'another scheme and a token', headers: ['AUTHORIZATION', 'Basic eDp5', ...bearer], strict: repeated },
  { name: 'an empty field', headers: ['Authorization', ''], strict: scheme },
  { name: 'Basic', headers: ['Authorization', 'Basic eDp5'], strict: scheme },
  { name: 'a scheme that begins with Bearer', headers: ['Authorization', `BearerX ${token}`], strict: scheme },
  { name: 'PoP', headers: ['Authorization', `PoP ${token}`], strict: proof },
  { name: 'DPoP', headers: ['Authorization', `dpop ${token}`], strict: proof },
  { name: 'Bearer alone', headers: ['Authorization', 'Bearer'], strict: malformed },
  { name: 'a token in the query', headers: [], query: `access_token=${token}`, strict: inQuery },
  { name: 'and in the header', headers: bearer, query: `a=b&access_token=x`, strict: inQuery },
  { name: 'a name without a value', headers: bearer, query: 'access_token', strict: inQuery },
  { name: 'an encoded name', headers: bearer, query: 'x=%zz&%61ccess%5ftoken=x', strict: inQuery },
  { name: 'another case of the name', headers: bearer, query: 'Access_Token=x' },
  { name: 'a name that contains it', headers: bearer, query: 'my_access_token=x&access_token_hint=y&a=access_token' },
  { name: 'a form', headers: typed('application/x-www-form-urlencoded'), strict: form },
  { name: 'a form with a charset', headers: typed('Application/X-WWW-Form-Urlencoded ; charset=x'), strict: form },
  { name: 'JSON', headers: typed('application/json') }
]

for (const mode of ['strict', 'optional'] as const) {
  void t.test(`a request has exactly one credential, in the header, in mode ${mode}`, async t => {
    const entry = await gateway.entry({ mode })
    for (const { name, headers, query = '', strict, optional } of rows) {
      const { x, outcome } = entry.sendHeaders(headers, { query })
      const reply = await outcome
      const principal = entry.ctx.fact('principal').get(x)
      const passes = strict === undefined || (mode === 'optional' && optional === 'passes')
      if (passes) {
        t.equal(reply, undefined, name)
        t.equal(principal !== undefined, strict === undefined)
      } else if (reply !== undefined) {
        t.same([reply.code, reply.status, challengeError(reply)], strict, name)
        t.equal(principal, undefined)
      } else t.fail(`${name} passed`)
    }
  })
}

void t.test('a bad token is refused in mode optional too', async t => {
  const entry = await gateway.entry({ mode: 'optional' })
  t.match(await entry.send(gateway.token({ exp: 1 })), { status: 401, code: 'SLUICE_AUTH_TOKEN_EXPIRED' })
  const { outcome } = entry.sendHeaders([])
  t.equal(outcome, undefined)
  t.equal(entry.ctx.metrics.value('sluice_auth_outcomes_total', 'everything', 'anonymous'), 1)
})

void t.test('every refusal has a challenge of its own, for others to complete', async t => {
  const entry = await gateway.entry()
  const [first, second] = [await entry.send('x'), await entry.send('x')]
  t.not(first?.challenges?.[0], second?.challenges?.[0])
  t.not(first?.challenges?.[0]?.params, second?.challenges?.[0]?.params)
  t.notOk(Object.isFrozen(first?.challenges?.[0]))
})
