import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import t from 'tap'
import type { CloudName } from '../src/index.ts'
import { ids } from './directory.ts'
import { start } from './oauth-client.ts'

interface Metadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly [member: string]: unknown
}

const expected: Record<CloudName, { v1: string; instance: string }> = {
  global: { v1: 'https://sts.windows.net', instance: 'microsoftonline.com' },
  usGovernment: { v1: 'https://sts.windows.net', instance: 'microsoftonline.us' },
  china: { v1: 'https://sts.chinacloudapi.cn', instance: 'partner.microsoftonline.cn' },
  externalId: { v1: 'https://sts.windows.net', instance: 'microsoftonline.com' }
}

for (const [cloud, { v1, instance }] of Object.entries(expected) as [CloudName, { v1: string; instance: string }][]) {
  t.test(`${cloud}: issuers, metadata and keys go together`, async t => {
    const emulator = await start(t, { cloud })
    const read = async (version: string): Promise<Metadata> =>
      (await fetch(`${emulator.authority}/${ids.tenant}${version}/.well-known/openid-configuration`)).json() as never
    const [older, newer] = [await read(''), await read('/v2.0')]
    t.equal(older.issuer, `${v1}/${ids.tenant}/`)
    t.match(newer, { cloud_instance_name: instance, msgraph_host: new URL(emulator.authority).host })
    const sameHost = new URL(newer.issuer).host === new URL(emulator.authority).host
    t.equal(sameHost, cloud !== 'externalId', 'only External ID has an issuer of its own host')
    for (const [version, { issuer, jwks_uri }] of [
      [1, older],
      [2, newer]
    ] as const) {
      const token = emulator.issueToken({ version })
      t.equal(decodeJwt(token).iss, issuer)
      const keys = (await (await fetch(jwks_uri)).json()) as { keys: { issuer: string }[] }
      await t.resolves(jwtVerify(token, createLocalJWKSet(keys as never), { issuer }))
      t.ok(
        keys.keys.every(key => key.issuer === newer.issuer),
        'keys carry the version 2 issuer'
      )
    }
  })
}
