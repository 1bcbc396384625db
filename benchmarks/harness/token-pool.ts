import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, type JWK, SignJWT } from 'jose'

export const TENANT = '11111111-2222-4333-8444-555555555555'
export const AUDIENCE = '22222222-3333-4444-8555-666666666666'
export const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const CLIENT = '33333333-4444-4555-8666-777777777777'
const KEY_ID = 'benchmark-key'

/** What a pool is good for at least, in seconds: none expires under a run. */
const MIN_LIFE = 24 * 3600
const LIFE = 30 * 24 * 3600
/** Signatures that are under way at once. */
const BATCH = 200

/** A key as Entra publishes it: with the issuer that it speaks for. */
export type EntraKey = JWK & { readonly issuer: string }

/** Signed tokens on disk. 100,000 take a minute to sign, so they are kept between runs, with the key. */
export class TokenPool {
  readonly publicKeyFile: string
  readonly publicJwk: EntraKey
  readonly #folder: string
  readonly #sign: () => Promise<string>

  private constructor(folder: string, publicJwk: EntraKey, sign: () => Promise<string>) {
    this.#folder = folder
    this.publicJwk = publicJwk
    this.publicKeyFile = join(folder, 'public.pem')
    this.#sign = sign
  }

  static async open(folder: string): Promise<TokenPool> {
    mkdirSync(folder, { recursive: true })
    const { key, expiresAt } = (await readKey(folder)) ?? (await makeKey(folder))
    const jwk = JSON.parse(readFileSync(join(folder, 'public.json'), 'utf8')) as JWK
    return new TokenPool(folder, { ...jwk, kid: KEY_ID, use: 'sig', issuer: ISSUER }, () =>
      new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })
        .setExpirationTime(expiresAt)
        .sign(key)
    )
  }

  /** A file of `count` distinct tokens, one a line. */
  async file(count: number): Promise<string> {
    const path = join(this.#folder, `tokens-${count}.txt`)
    if (existsSync(path)) return path
    const tokens: string[] = []
    while (tokens.length < count) {
      const more = Array.from({ length: Math.min(BATCH, count - tokens.length) }, () => this.#sign())
      tokens.push(...(await Promise.all(more)))
    }
    writeFileSync(path, `${tokens.join('\n')}\n`)
    return path
  }

  /** The tokens of {@link file}, each with a signature that is well-formed and wrong. */
  async forgedFile(count: number): Promise<string> {
    const path = join(this.#folder, `false-signatures-${count}.txt`)
    if (existsSync(path)) return path
    const forged: string[] = []
    for await (const token of createInterface({ input: createReadStream(await this.file(count)) }))
      forged.push(forge(token))
    writeFileSync(path, `${forged.join('\n')}\n`)
    return path
  }

  async first(): Promise<string> {
    return readFileSync(await this.file(1), 'utf8').trim()
  }
}

/** The same token with one character in the middle of its signature changed: as long, as well-formed, and false. */
export const forge = (token: string): string => {
  const middle = Math.floor((token.lastIndexOf('.') + token.length) / 2)
  return token.slice(0, middle) + (token[middle] === 'A' ? 'B' : 'A') + token.slice(middle + 1)
}

/** Those of a person's version 2 access token, with groups and roles up to 1.5 kB. */
const claims = () => {
  const now = Math.floor(Date.now() / 1000) - 60
  return {
    aud: AUDIENCE,
    iss: ISSUER,
    iat: now,
    nbf: now,
    acct: 0,
    aio: 'AWQAm/8cAAAAvVd3uNfIzH8rVn4kqmCQ3Ml9nQ0KWdWnVQ2mLx8c6Zk9HjUu1p7b',
    azp: CLIENT,
    azpacr: '0',
    groups: Array.from({ length: 9 }, () => randomUUID()),
    name: 'Ada Operator',
    oid: randomUUID(),
    preferred_username: 'ada.operator@contoso.example',
    rh: '1.AXoAq83vEjRWeEOQq83vEjRWeHjqMk_7zDxGiFWEVrwAAACFAWY.',
    roles: ['Mcp.Operator'],
    scp: 'mcp_access mcp_read',
    sid: randomUUID(),
    sub: 'kX4sCn0qvJ1Zs7u5wYbT2rPqHdFgLmNaVcXzQwErTyU',
    tid: TENANT,
    uti: randomUUID(),
    ver: '2.0'
  }
}

const readKey = async (folder: string) => {
  try {
    const { expiresAt, pem } = JSON.parse(readFileSync(join(folder, 'key.json'), 'utf8')) as {
      expiresAt: number
      pem: string
    }
    if (expiresAt < Date.now() / 1000 + MIN_LIFE) return undefined
    return { expiresAt, key: await importPKCS8(pem, 'RS256') }
  } catch {
    return undefined
  }
}

const makeKey = async (folder: string) => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const expiresAt = Math.floor(Date.now() / 1000) + LIFE
  writeFileSync(join(folder, 'public.pem'), await exportSPKI(publicKey))
  writeFileSync(join(folder, 'public.json'), JSON.stringify(await exportJWK(publicKey)))
  writeFileSync(join(folder, 'key.json'), JSON.stringify({ expiresAt, pem: await exportPKCS8(privateKey) }), {
    mode: 0o600
  })
  return { expiresAt, key: privateKey }
}
