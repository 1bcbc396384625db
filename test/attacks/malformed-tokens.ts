import { encode, headerOf, person } from '../../plugins/jwt-entra/test/tokens.ts'
import type { AttackTable } from './attack.ts'
import { part, refused } from './token-rows.ts'

/** The base64url sign with another last bit, where only unused bits differ. */
const withUnusedBit = (token: string): string => {
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + signs[signs.indexOf(token.at(-1)!) ^ 1]!
}

/** Shapes that are no token, or are not the one that was issued. */
export const malformedTokens: AttackTable = {
  subject: 'Malformed tokens',
  about: 'every part left out, doubled, swapped, of the wrong encoding or type; other serialisations; size',
  async rows(target) {
    await target.start()
    const good = target.token()
    const [header = '', payload = '', signature = ''] = good.split('.')
    const withHeader = (text: string) => `${part(text)}.${payload}.${signature}`
    const withPayload = (text: string) => `${header}.${part(text)}.${signature}`
    const malformed = (name: string, token: string) => refused(name, token, 'TOKEN_MALFORMED')
    return [
      malformed('nothing after Bearer', ''),
      malformed('an opaque token', 'EwB4A8l6BAAU'),
      malformed('only dots', '..'),
      malformed('two parts', `${header}.${payload}`),
      malformed('two parts and a dot', `${header}.${payload}.`),
      malformed('no header', `.${payload}.${signature}`),
      malformed('no payload', `${header}..${signature}`),
      malformed('four parts', `${good}.x`),
      malformed('a fourth part that is empty', `${good}.`),
      malformed('a space inside', `${header}. ${payload}.${signature}`),
      malformed('two tokens in one field', `${good}, Bearer ${good}`),
      malformed('quotes around it', `"${good}"`),
      malformed('a byte that is not ASCII', `${good}\u00e9`),
      malformed('padding', `${good}==`),
      malformed('plain base64 in place of base64url', `${header}.${payload}.${signature.slice(0, -2)}+/`),
      malformed('unused bits of the signature set', withUnusedBit(good)),
      malformed('a part whose length no base64url has', `${header}.${payload}.${signature.slice(0, 41)}`),
      malformed('percent encoding', good.replaceAll('.', '%2E')),
      malformed('a header that is text', withHeader('no')),
      malformed('a header that is a list', withHeader('[{"alg":"RS256"}]')),
      malformed('a header that is null', withHeader('null')),
      malformed(
        'a header that begins with a byte order mark',
        withHeader('\u00ef\u00bb\u00bf{"alg":"RS256","kid":"key-1"}')
      ),
      malformed('a payload that is text', withPayload('no')),
      malformed('a payload that is a number', withPayload('1')),
      malformed('a payload that breaks off', withPayload('{"aud":')),
      malformed('a payload nested 5000 deep', `${header}.${part(`{"a":${'['.repeat(5000)}`)}.${signature}`),
      malformed('JSON serialisation (RFC 7515 section 7.2)', JSON.stringify({ payload, protected: header, signature })),
      refused(
        'five parts: encrypted (RFC 7516)',
        `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`,
        'TOKEN_ENCRYPTED'
      ),
      refused('more than 16 KiB', target.token({ groups: Array(400).fill(person) }), 'TOKEN_TOO_LARGE'),
      refused(
        'parts of two good tokens',
        `${header}.${target.token({ uti: 'another' }).split('.')[1]}.${signature}`,
        'SIGNATURE_INVALID'
      ),
      refused(
        'the header in another spelling of the same JSON',
        withHeader(JSON.stringify(headerOf(target.key), null, 1)),
        'SIGNATURE_INVALID'
      )
    ]
  }
}
