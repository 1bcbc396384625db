import { makeKey } from '../../plugins/jwt-entra/test/open-id-provider.ts'
import { encode, headerOf, otherTenant } from '../../plugins/jwt-entra/test/tokens.ts'
import type { Attack, AttackTable } from './attack.ts'
import { bearer } from './requests.ts'
import { refused, refusedRequest } from './token-rows.ts'

/** Tokens that were verified before, or that look like one that was. */
export const cachedTokens: AttackTable = {
  subject: 'Remembered tokens',
  about:
    'one part of a remembered token swapped, lookups that collide, replays when its time, its key or its key set is over, another route',
  async rows(target) {
    await target.start()
    const { provider, key, clock } = target
    const day = 24 * 3600
    const good = target.token({ exp: clock.seconds + 3 * day })
    const [header = '', payload = '', signature = ''] = good.split('.')
    const remembered = (row: Attack, token = good): Attack => ({ ...row, before: () => target.accept(bearer(token)) })
    const invalid = (name: string, token: string) => remembered(refused(name, token, 'SIGNATURE_INVALID'))
    const short = target.token({ exp: clock.seconds + 600 })
    const early = target.token({ nbf: clock.seconds, exp: clock.seconds + 3 * day })
    const replacement = await makeKey('key-1')
    const successor = await makeKey('key-2')
    const publish = async (keys: unknown[]): Promise<void> => {
      provider.keys = keys
      const before = provider.keyFetches('2.0')
      // Half a minute later an unknown key is looked for, six minutes later once more.
      clock.advance(360)
      await target.send(bearer(target.token({}, { kid: `looked-for-${before}` })))
    }
    return [
      invalid('the payload swapped', `${header}.${encode({ ...target.claims(), scp: 'admin' })}.${signature}`),
      invalid('the header swapped', `${encode(headerOf(key, { extra: 1 }))}.${payload}.${signature}`),
      invalid(
        'the signature of another good token',
        `${header}.${payload}.${target.token({ uti: 'x' }).split('.')[2]}`
      ),
      invalid(
        'the beginning of the signature changed, its end the same',
        `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
      ),
      invalid('the end of the signature changed', `${header}.${payload}.${signature.slice(0, -4)}AAAA`),
      invalid('the end of a good signature alone', `${header}.${payload}.${signature.slice(-32)}`),
      remembered(refused('the signature alone, by which it is looked up', signature, 'TOKEN_MALFORMED')),
      invalid('the token and one sign more', `${good}A`),
      remembered(refused('the token without its last sign', good.slice(0, -1), 'TOKEN_MALFORMED')),
      remembered(refused('at a route with another audience', good, 'AUDIENCE_REFUSED', '/other')),
      {
        ...refused(
          'a token of the other route, remembered there',
          target.token({ aud: otherTenant, scp: 'x mcp_access' }),
          'AUDIENCE_REFUSED'
        ),
        before: () => target.accept(bearer(target.token({ aud: otherTenant, scp: 'x mcp_access' }), '/other'))
      },
      {
        ...refused('replayed the moment exp and the skew are over', short, 'TOKEN_EXPIRED'),
        before: async () => {
          await target.accept(bearer(short))
          clock.advance(659)
          await target.accept(bearer(short))
          clock.advance(1)
        }
      },
      {
        ...refused('replayed under a clock that was set back before nbf', early, 'TOKEN_NOT_YET_VALID'),
        before: async () => {
          await target.accept(bearer(early))
          clock.advance(-3600)
        },
        after: () => {
          clock.advance(3600)
          return undefined
        }
      },
      {
        ...refused('its key was replaced by another one of the same kid', good, 'SIGNATURE_INVALID'),
        before: async () => {
          await target.accept(bearer(good))
          await publish([replacement.jwk, successor.jwk])
        }
      },
      {
        ...refused('its key is no longer published', good, 'KEY_UNKNOWN'),
        before: async () => {
          await publish([key.jwk])
          await target.accept(bearer(good))
          await publish([successor.jwk])
        }
      },
      {
        ...refused('its key is now published for another tenant', good, 'KEY_FOREIGN'),
        before: async () => {
          await publish([key.jwk])
          await target.accept(bearer(good))
          await publish([{ ...key.jwk, issuer: `${provider.origin}/${otherTenant}/v2.0` }, successor.jwk])
        },
        after: () => publish([key.jwk]).then(() => undefined)
      },
      {
        ...refusedRequest(
          'its key set was not refreshed for a day',
          bearer(good),
          503,
          undefined,
          'SLUICE_AUTH_KEYS_STALE'
        ),
        before: async () => {
          await target.accept(bearer(good))
          clock.advance(day + 1)
        },
        after: () => {
          clock.advance(-day - 1)
          return undefined
        }
      }
    ]
  }
}
