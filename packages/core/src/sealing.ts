import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Sealing } from '@sluice/plugin-api'

const IV_BYTES = 12
const TAG_BYTES = 16
const BASE64URL = /^[A-Za-z0-9_-]+$/

/**
 * Makes the sealing of a plugin: AES-256-GCM (NIST SP 800-38D) under keys derived from the secrets for this plugin alone
 * (HKDF, RFC 5869). The first secret seals, all of them open, so that keys can be changed without losing what is out.
 */
export const makeSealing = (secrets: readonly string[], plugin: string): Sealing => {
  const derive = (secret: string, what: string) =>
    Buffer.from(hkdfSync('sha256', secret, '', `sluice ${what} ${plugin}`, 32))
  const keys = secrets.map(secret => derive(secret, 'sealing'))
  const digestKey = derive(secrets[0]!, 'digest')
  return {
    seal(text, bound) {
      // 96 random bits: good for 2^32 texts under one key, which is more than sessions come to.
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keys[0]!, iv).setAAD(Buffer.from(bound))
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return sealed.toString('base64url')
    },
    open(sealed, bound) {
      const bytes = decode(sealed)
      if (bytes === undefined) return undefined
      for (const key of keys) {
        const text = openWith(key, bytes, bound)
        if (text !== undefined) return text
      }
      return undefined
    },
    digest: text => createHmac('sha256', digestKey).update(text).digest('base64url')
  }
}

const openWith = (key: Buffer, bytes: Buffer, bound: string): string | undefined => {
  const end = bytes.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(bound))
    .setAuthTag(bytes.subarray(end))
  try {
    return decipher.update(bytes.subarray(IV_BYTES, end), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

/** One spelling for what was sealed: a last character that stands for less than a byte could be another. */
const decode = (sealed: string): Buffer | undefined => {
  if (!BASE64URL.test(sealed)) return undefined
  const bytes = Buffer.from(sealed, 'base64url')
  return bytes.length >= IV_BYTES + TAG_BYTES && bytes.toString('base64url') === sealed ? bytes : undefined
}
