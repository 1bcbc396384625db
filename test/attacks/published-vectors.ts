import type { AttackTable } from './attack.ts'
import { publishedVectors as signed } from '../../plugins/jwt-entra/test/published-vectors.ts'
import { route } from './target-routes.ts'
import { refused } from './token-rows.ts'

/** The examples' own public keys, of the same sections; the gateway must not be content that the signature holds. */
const keys = signed.map(({ source, key }) => ({
  // RFC 7520 names the key in the token; the others name none.
  kid: source.startsWith('RFC 7520') ? 'bilbo.baggins@hobbiton.example' : source,
  ...key
}))

const tokenOf = (source: string): string => signed.find(vector => vector.source === source)!.token

const examples: readonly (readonly [name: string, token: string, code: string])[] = [
  [
    'RFC 7515 A.1, HS256',
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    'ALGORITHM_SYMMETRIC'
  ],
  ['RFC 7515 A.2, RS256 without kid', tokenOf('RFC 7515 A.2'), 'KEY_ID_MISSING'],
  ['RFC 7515 A.3, ES256 without kid', tokenOf('RFC 7515 A.3'), 'KEY_ID_MISSING'],
  [
    'RFC 7515 A.5, unsecured',
    'eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.',
    'ALGORITHM_NONE'
  ],
  [
    'RFC 7515 appendix E, crit that nobody knows',
    'eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.',
    'ALGORITHM_NONE'
  ],
  [
    'RFC 7516 A.3, encrypted',
    'eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ',
    'TOKEN_ENCRYPTED'
  ],
  ['RFC 7520 4.1, RS256 over text', tokenOf('RFC 7520 4.1'), 'TOKEN_MALFORMED'],
  [
    'RFC 7797 4.2, unencoded and detached payload',
    'eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY',
    'ALGORITHM_SYMMETRIC'
  ],
  ['RFC 8037 A.4, Ed25519 without kid', tokenOf('RFC 8037 A.4'), 'KEY_ID_MISSING'],
  [
    'RFC 9449 4.1, a DPoP proof as a token',
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg',
    'KEY_EMBEDDED'
  ]
]

/**
 * The examples of the RFCs, at a route that trusts their keys. Each is refused for what it says, before a key is looked
 * up; that their signatures hold, and hold no more with a byte broken, is shown on the signature check itself.
 */
export const publishedVectors: AttackTable = {
  subject: 'Published vectors',
  about:
    'the examples of RFC 7515, 7516, 7520, 7797, 8037 and 9449, sent as access tokens where their keys are trusted; refused before a key is looked up',
  async rows(target) {
    const { provider, upstream } = target
    const { intercept } = provider
    provider.intercept = (req, res) => {
      if (req.url !== '/rfc-keys') return intercept(req, res)
      res.end(JSON.stringify({ keys }))
      return true
    }
    const jwt = {
      issuer: 'joe',
      jwks: { url: `${provider.origin}/rfc-keys` },
      audiences: ['joe'],
      allowWithoutScopes: true
    }
    await target.start({ routes: [route('vectors', upstream.url, [{ 'jwt-entra': jwt }])] })
    return examples.map(([name, token, code]) => refused(name, token, code, '/vectors'))
  }
}
