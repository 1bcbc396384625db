import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigFault } from '@sluice/plugin-api'
import { SignJWT } from 'jose'
import type { CredentialConfig } from '../config.ts'

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const ASSERTION_SECONDS = 300

/** How the gateway proves who it is: parameters that are added to a request for Entra's token endpoint, and to no other. */
export type Credential = (tokenEndpoint: string) => Promise<Readonly<Record<string, string>>>

/**
 * Reads a credential.
 *
 * @throws ConfigFault for a certificate or key that cannot be read, or that do not belong together
 */
export const readCredential = (config: CredentialConfig, clientId: string, directory: string): Credential => {
  const { secret, certificate, federatedTokenFile } = config
  if (secret !== undefined) return async () => ({ client_secret: secret })
  if (certificate !== undefined) return certificateCredential(certificate, clientId, directory)
  return federatedCredential(resolve(directory, federatedTokenFile!))
}

/** A client assertion signed with the certificate's key (RFC 7523 section 2.2). */
const certificateCredential = (
  paths: NonNullable<CredentialConfig['certificate']>,
  clientId: string,
  directory: string
): Credential => {
  const read = <T>(key: keyof typeof paths, parse: (pem: Buffer) => T): T => {
    try {
      return parse(readFileSync(resolve(directory, paths[key])))
    } catch {
      // What the parser says could show a part of the key.
      throw new ConfigFault(['credential', 'certificate', key], `${paths[key]} cannot be read as PEM`)
    }
  }
  const certificate = read('certificate', pem => new X509Certificate(pem))
  const key = read('privateKey', createPrivateKey)
  if (!certificate.checkPrivateKey(key) || key.asymmetricKeyType !== 'rsa')
    throw new ConfigFault(['credential', 'certificate', 'privateKey'], 'is not the RSA key of the certificate')
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url')
  return async audience => ({
    client_assertion_type: ASSERTION,
    client_assertion: await new SignJWT({})
      .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(randomUUID())
      .setNotBefore(new Date())
      .setIssuedAt()
      .setExpirationTime(new Date(Date.now() + ASSERTION_SECONDS * 1000))
      .sign(key)
  })
}

const federatedCredential =
  (file: string): Credential =>
  async () => ({ client_assertion_type: ASSERTION, client_assertion: (await readFile(file, 'utf8')).trim() })
