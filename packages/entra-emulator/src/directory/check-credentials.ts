import { createPublicKey, X509Certificate } from 'node:crypto'
import type { Report } from './check-application.ts'
import type { Application, TenantEntry } from './directory.ts'
import type { FederatedIdentityCredential } from './directory-config.ts'
import type { DirectoryPath } from './directory-error.ts'

const isRsaCertificate = (key: string): boolean => {
  try {
    return new X509Certificate(Buffer.from(key, 'base64')).publicKey.asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

const areKeys = ({ jwks }: FederatedIdentityCredential): boolean => {
  try {
    return (jwks?.keys ?? []).every(key => createPublicKey({ key, format: 'jwk' }).asymmetricKeyType === 'rsa')
  } catch {
    return false
  }
}

const checkFederated = (credential: FederatedIdentityCredential, path: DirectoryPath, report: Report): void => {
  const isOwn = credential.issuer.startsWith('{authority}/')
  if (isOwn === (credential.jwks === undefined)) {
    if (areKeys(credential)) return
    report([...path, 'jwks'], 'these are not all RSA public keys', 'Write them as a JSON Web Key Set')
    return
  }
  const message = isOwn ? 'the emulator knows its own keys' : 'the keys of another issuer are not fetched'
  report([...path, 'jwks'], message, isOwn ? 'Leave jwks out' : "Add jwks with the issuer's public keys")
}

const checkAgentIdentity = (application: Application, path: DirectoryPath, report: Report): void => {
  const { clientSecrets, keyCredentials, federatedIdentityCredentials, redirectUris } = application
  if (clientSecrets.length + keyCredentials.length + federatedIdentityCredentials.length > 0) {
    report(path, 'an agent identity has no credentials of its own', 'Add them to its blueprint')
  }
  if (Object.values(redirectUris).some(uris => uris.length > 0)) {
    report([...path, 'redirectUris'], 'an agent identity has no redirect URIs', 'Leave them out')
  }
}

const checkParent = (application: Application, tenant: TenantEntry, path: DirectoryPath, report: Report): void => {
  const { kind, agentIdentityBlueprintId: parentId } = application
  const place = [...path, 'agentIdentityBlueprintId']
  const parent = tenant.applications.find(({ clientId }) => clientId === parentId)
  if (kind === 'agentIdentity' && parent?.kind !== 'agentIdentityBlueprint') {
    report(
      place,
      'the parent of an agent identity is a blueprint',
      'Name an application of kind agentIdentityBlueprint'
    )
  }
  if (kind !== 'agentIdentity' && parentId !== undefined) {
    report(place, 'only an agent identity has a blueprint', 'Leave it out, or set kind: agentIdentity')
  }
}

/** Checks what an application proves itself with, and whose credentials an agent identity acts with. */
export const checkCredentials = (
  application: Application,
  tenant: TenantEntry,
  path: DirectoryPath,
  report: Report
): void => {
  for (const [index, { key }] of application.keyCredentials.entries()) {
    if (isRsaCertificate(key)) continue
    const place = [...path, 'keyCredentials', index, 'key']
    report(place, 'this is not an X.509 certificate with an RSA key', 'Write its DER in base64')
  }
  for (const [index, credential] of application.federatedIdentityCredentials.entries()) {
    checkFederated(credential, [...path, 'federatedIdentityCredentials', index], report)
  }
  checkParent(application, tenant, path, report)
  if (application.kind === 'agentIdentity') checkAgentIdentity(application, path, report)
}
