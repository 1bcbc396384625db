import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair } from 'jose'
import t from 'tap'
import { contosoDirectory as directory } from './contoso.ts'
import { ids, mcpUri, secret } from './directory.ts'
import { type Changes, getCode, postToken, redeem, signIn, start } from './oauth-client.ts'
import { checkRefusal } from './refusal.ts'

/** What a client sends to have a token bound to its key, as MSAL does. */
const bindTo = (kid: unknown, more: object = { xms_ksl: 'sw' }): Changes => ({
  token_type: 'pop',
  req_cnf: Buffer.from(JSON.stringify({ kid, ...more })).toString('base64url')
})

const newKid = async (): Promise<string> => {
  const { publicKey } = await generateKeyPair('RS256')
  return calculateJwkThumbprint(await exportJWK(publicKey))
}

t.test('a token is bound to the key that the client names, in every flow but on behalf of someone', async t => {
  const emulator = await start(t, { directory })
  const kid = await newKid()
  const cnf = { kid, xms_ksl: 'sw' }
  const scope = `offline_access ${mcpUri}/mcp_access`
  const bound = await redeem(emulator, await getCode(emulator, { scope }), bindTo(kid))
  t.equal(bound.body.token_type, 'pop')
  t.strictSame(decodeJwt(bound.body.access_token)['cnf'], cnf)
  const { refresh_token } = bound.body
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope }
  const plain = await postToken(emulator, form)
  t.equal(plain.body.token_type, 'Bearer')
  t.notOk('cnf' in decodeJwt(plain.body.access_token))
  const again = await postToken(emulator, { ...form, ...bindTo(kid, {}) })
  t.strictSame(decodeJwt(again.body.access_token)['cnf'], { kid })
  const daemon = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }
  const byItself = await postToken(emulator, { ...daemon, scope: `${mcpUri}/.default`, ...bindTo(kid) })
  t.equal(byItself.body.token_type, 'pop')
  t.strictSame(decodeJwt(byItself.body.access_token)['cnf'], cnf)
})

t.test('a key that is not named rightly is refused', async t => {
  const emulator = await start(t, { directory })
  const { refresh_token } = await signIn(emulator, { scope: `offline_access ${mcpUri}/mcp_access` })
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope: `${mcpUri}/mcp_access` }
  const table: [number, Changes][] = [
    [900144, { token_type: 'pop' }],
    [9002313, { ...bindTo('x'), token_type: undefined }],
    [9002313, { ...bindTo('x'), token_type: 'DPoP' }],
    [9002313, { token_type: 'pop', req_cnf: 'not JSON' }],
    [9002313, { token_type: 'pop', req_cnf: Buffer.from('null').toString('base64url') }],
    [9002313, bindTo('')],
    [9002313, bindTo(7)]
  ]
  for (const [code, changes] of table) {
    checkRefusal(t, await postToken(emulator, { ...form, ...changes }), code, JSON.stringify(changes))
  }
})
