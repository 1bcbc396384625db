import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { otherTenant, tenant } from '../../plugins/jwt-entra/test/tokens.ts'
import { AUDIENCE, claims, sign, signingPair } from '../support/openid-provider.ts'
import { settled } from '../support/settled.ts'
import type { Attack, AttackTable } from './attack.ts'
import { bearer } from './requests.ts'
import { route } from './target-routes.ts'
import { refused, refusedRequest } from './token-rows.ts'

const PATH = '.well-known/openid-configuration'
/** A tenant of its own for each document: its last digits are the row's number. */
const tenantOf = (i: number): string => `${tenant.slice(0, -2)}${10 + i}`

/** What says whose keys are believed: the metadata of tenants, and key files. */
export const keyDocuments: AttackTable = {
  subject: 'Metadata and key files',
  about:
    'metadata that speaks for others or leads astray, a key file that changes while its token is remembered, and one cut in half',
  async rows(target) {
    const { origin } = target.provider
    const issuer = (id: string) => `${origin}/${id}/v2.0`
    const keysAt = `${origin}/${tenant}/discovery/v2.0/keys`
    const documents: Record<string, (id: string) => unknown> = {
      'metadata of another tenant': () => ({ issuer: issuer(tenant), jwks_uri: keysAt }),
      'metadata without an issuer': () => ({ jwks_uri: keysAt }),
      'metadata without keys': id => ({ issuer: issuer(id) }),
      'keys at an address that is not https': id => ({ issuer: issuer(id), jwks_uri: 'http://keys.evil.example/keys' }),
      'keys in a file of the gateway’s machine': id => ({ issuer: issuer(id), jwks_uri: 'file:///etc/passwd' }),
      'keys at an address with a password': id => ({ issuer: issuer(id), jwks_uri: keysAt.replace('//', '//a:b@') }),
      'metadata that is a list': id => [{ issuer: issuer(id), jwks_uri: keysAt }],
      'metadata that leads on (302)': () => undefined
    }
    const names = Object.keys(documents)
    target.provider.intercept = (req, res) => {
      const i = names.findIndex((_, i) => req.url === `/${tenantOf(i)}/v2.0/${PATH}`)
      if (i === -1) return false
      const document = documents[names[i]!]!(tenantOf(i))
      if (document === undefined) res.writeHead(302, { location: `/${tenant}/v2.0/${PATH}` })
      res.end(JSON.stringify(document))
      return true
    }
    const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'))
    target.onClose(() => rmSync(folder, { recursive: true }))
    const [pair, successor, rogue] = await Promise.all([signingPair('k1'), signingPair('k2'), signingPair('k1')])
    const file = join(folder, 'keys.json')
    const put = (text: string): void => {
      writeFileSync(`${file}.new`, text)
      renameSync(`${file}.new`, file)
    }
    const keySet = (...keys: readonly unknown[]): string => JSON.stringify({ keys })
    put(keySet(pair.jwk))
    const jwt = { issuer: claims()['iss'], jwks: { file }, audiences: [AUDIENCE] }
    const tenants = names.map((_, i) => ({ tenant: tenantOf(i), authority: origin, audiences: [otherTenant] }))
    await target.start({
      routes: [
        route('file', target.upstream.url, [{ 'jwt-entra': jwt }]),
        ...tenants.map((keys, i) => route(`tenant-${i}`, target.upstream.url, [{ 'jwt-entra': keys }]))
      ]
    })
    const { log } = target.gateway
    const failed = (of: Record<string, unknown>) => () =>
      log.some(
        ({ fields }) => 'reason' in fields && Object.entries(of).every(([name, value]) => fields[name] === value)
      )
    const unavailable = (name: string, i: number): Attack => {
      const token = target.token({ tid: tenantOf(i), iss: issuer(tenantOf(i)), aud: otherTenant })
      return {
        ...refusedRequest(name, bearer(token, `/tenant-${i}`), 503, undefined, 'SLUICE_AUTH_KEYS_UNAVAILABLE'),
        before: () => settled(failed({ tenant: tenantOf(i), version: '2.0' }), name)
      }
    }
    const old = await sign(pair)
    const next = await sign(successor)
    return [
      ...names.map(unavailable),
      {
        ...refused('a key file cut in half brings no key in', await sign(rogue), 'SIGNATURE_INVALID', '/file'),
        before: async () => {
          await target.accept(bearer(old, '/file'))
          put(keySet(rogue.jwk).slice(0, -10))
          await settled(failed({ jwks: file }), 'the file was read')
          await target.accept(bearer(old, '/file'))
        }
      },
      {
        ...refused('its key was taken out of the file', old, 'KEY_UNKNOWN', '/file'),
        before: async () => {
          put(keySet(successor.jwk))
          while (!(await target.send(bearer(next, '/file'))).startsWith('HTTP/1.1 200 '));
          target.upstream.seen.length = 0
        }
      },
      {
        ...refused('another key came under its kid', old, 'SIGNATURE_INVALID', '/file'),
        before: async () => {
          put(keySet(rogue.jwk))
          while (!(await target.send(bearer(await sign(rogue), '/file'))).startsWith('HTTP/1.1 200 '));
          target.upstream.seen.length = 0
        }
      }
    ]
  }
}
