import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import t from 'tap'
import type { EntraEmulator } from '../src/index.ts'
import { ids } from './directory.ts'
import { start } from './oauth-client.ts'

const readKeys = async ({ authority }: EntraEmulator, path: string): Promise<Record<string, string>[]> => {
  const response = await fetch(`${authority}/${path}`)
  const { keys } = (await response.json()) as { keys: Record<string, string>[] }
  return keys
}

const kids = async (emulator: EntraEmulator): Promise<(string | undefined)[]> =>
  (await readKeys(emulator, `${ids.tenant}/discovery/v2.0/keys`)).map(({ kid }) => kid)

const verify = (emulator: EntraEmulator, token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${emulator.authority}/${ids.tenant}/discovery/v2.0/keys`)))

/** Version 1 and version 2 key sets, which name the same issuers. */
const documents = ['discovery/keys', 'discovery/v2.0/keys']

t.test('keys look like those of Entra, name the version 2 issuer, and the first one never signs', async t => {
  const emulator = await start(t)
  for (const document of documents) {
    const keys = await readKeys(emulator, `${ids.tenant}/${document}`)
    for (const key of keys) {
      t.strictSame(Object.keys(key), ['kty', 'use', 'kid', 'x5t', 'n', 'e', 'issuer'], document)
      t.match(key, { kty: 'RSA', use: 'sig', x5t: key['kid'], issuer: `${emulator.authority}/${ids.tenant}/v2.0` })
    }
    t.equal(keys.length, 2)
    t.not(decodeProtectedHeader(emulator.issueToken()).kid, keys[0]?.['kid'])
  }
})

t.test('multi-tenant key sets have an issuer template, and one key for personal accounts only', async t => {
  const emulator = await start(t)
  const personal = `${emulator.authority}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`
  const template = `${emulator.authority}/{tenantid}/v2.0`
  for (const name of ['common', 'organizations']) {
    for (const document of documents) {
      const issuers = (await readKeys(emulator, `${name}/${document}`)).map(({ issuer }) => issuer)
      t.strictSame(issuers, [template, template, personal], `${name}/${document}`)
    }
  }
})

t.test('a rotation signs with a new key at once and keeps or drops the old one', async t => {
  const emulator = await start(t)
  const before = emulator.issueToken()
  const kept = await emulator.rotateKeys({ keepOld: true })
  t.equal(decodeProtectedHeader(emulator.issueToken()).kid, kept)
  await t.resolves(verify(emulator, before))
  await t.resolves(verify(emulator, emulator.issueToken()))
  await emulator.rotateKeys({ keepOld: false })
  await t.rejects(verify(emulator, before), errors.JWKSNoMatchingKey)
  await t.resolves(verify(emulator, emulator.issueToken()))
  t.notOk((await kids(emulator)).includes(kept))
})

t.test('a key can be published before it signs', async t => {
  const emulator = await start(t)
  const current = decodeProtectedHeader(emulator.issueToken()).kid
  const next = await emulator.publishNextKey()
  t.ok((await kids(emulator)).includes(next))
  t.equal(decodeProtectedHeader(emulator.issueToken()).kid, current)
  t.equal(await emulator.rotateKeys({ keepOld: true }), next)
  t.equal(decodeProtectedHeader(emulator.issueToken()).kid, next)
  t.equal(new Set(await kids(emulator)).size, (await kids(emulator)).length)
})

t.test('a token can be signed with a key that no key set has', async t => {
  const emulator = await start(t)
  await t.rejects(verify(emulator, emulator.issueToken({ key: 'unpublished' })), errors.JWKSNoMatchingKey)
})
