import { createHash, createPrivateKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigFault, type PluginContext } from '@sluice/plugin-api'
import { SignJWT } from 'jose'
import type { CredentialConfig } from './config.ts'

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION_SECONDS = 300

/**
 * How the gateway proves who it is: parameters that are added to a request for Entra's token endpoint, and to no other.
 * Rejects where the file of a federated token cannot be read.
 */
export type Credential = (tokenEndpoint: string) => Promise<Readonly<Record<string, string>>>

/** Whose a credential is, and where it stands. */
export interface CredentialOwner {
  readonly clientId: string
  /** Of the credential in the configuration of the filter. */
  readonly at: ConfigFault['configPath']
  readonly ctx: PluginContext
  /** Code of the warning of a file that is not there. */
  readonly code?: string
  /** Ends the watch over a certificate. Default: that of the context. */
  readonly signal?: AbortSignal
}

/**
 * Reads a credential.
 *
 * @throws ConfigFault for a certificate or key that cannot be read, or that do not belong together
 */
export const readCredential = (config: CredentialConfig, owner: CredentialOwner): Credential => {
  const { secret, certificate, federatedTokenFile } = config
  if (secret !== undefined) return async () => ({ client_secret: secret })
  if (certificate !== undefined) return certificateCredential(certificate, owner)
  const file = resolve(owner.ctx.directory, federatedTokenFile!)
  // No error: what writes it may be late.
  if (!existsSync(file))
    owner.ctx.log.warn(
      { code: owner.code, value: file },
      'there is no such federatedTokenFile: the application cannot prove who it is until it is there'
    )
  return async () => ({ client_assertion_type: ASSERTION, client_assertion: (await readFile(file, 'utf8')).trim() })
}

type CertificatePaths = NonNullable<CredentialConfig['certificate']>

interface Pair {
  readonly key: KeyObject
  /** `x5t#S256` (RFC 7515 section 4.1.8). */
  readonly thumbprint: string
}

/** A client assertion signed with the certificate's key (RFC 7523 section 2.2). A renewed certificate is taken over. */
const certificateCredential = (paths: CertificatePaths, owner: CredentialOwner): Credential => {
  const { clientId, ctx, signal = ctx.signal } = owner
  const files = [paths.certificate, paths.privateKey].map(file => resolve(ctx.directory, file))
  const renew = (): void => {
    try {
      pair = readPair(paths, owner)
      ctx.log.info({}, 'the certificate of the gateway was renewed')
    } catch (error) {
      // One of the two files is there before the other.
      ctx.log.warn({ reason: (error as Error).message }, 'the certificate of the gateway stays as it was')
    }
  }
  // First of all: where it throws, nobody would end a watch.
  let pair = readPair(paths, owner)
  const stops = files.map(file => ctx.watchFile(file, renew))
  signal.addEventListener('abort', () => stops.forEach(stop => stop()), { once: true })
  return async audience => ({
    client_assertion_type: ASSERTION,
    client_assertion: await new SignJWT({})
      .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': pair.thumbprint })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(randomUUID())
      .setNotBefore(new Date())
      .setIssuedAt()
      .setExpirationTime(new Date(Date.now() + ASSERTION_SECONDS * 1000))
      .sign(pair.key)
  })
}

const readPair = (paths: CertificatePaths, { at, ctx }: CredentialOwner): Pair => {
  const read = <T>(name: keyof CertificatePaths, parse: (pem: Buffer) => T): T => {
    try {
      return parse(readFileSync(resolve(ctx.directory, paths[name])))
    } catch (error) {
      // What the parser says could show a part of the key; what the file system says has a path.
      const unread = error instanceof Error && 'path' in error
      const fault = unread
        ? `cannot be read (${String((error as NodeJS.ErrnoException).code)})`
        : 'cannot be read as PEM'
      throw new ConfigFault([...at, 'certificate', name], `${paths[name]} ${fault}`)
    }
  }
  const certificate = read('certificate', pem => new X509Certificate(pem))
  const key = read('privateKey', createPrivateKey)
  if (!certificate.checkPrivateKey(key) || key.asymmetricKeyType !== 'rsa')
    throw new ConfigFault([...at, 'certificate', 'privateKey'], 'is not the RSA key of the certificate')
  return { key, thumbprint: createHash('sha256').update(certificate.raw).digest('base64url') }
}
