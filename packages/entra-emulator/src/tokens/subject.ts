import { createHash } from 'node:crypto'
import type { Application } from '../directory/directory.ts'

/** The pairwise `sub` of a person at an application: the same person is another subject elsewhere. */
export const pairwiseSubject = (tenantId: string, oid: string, clientId: string): string =>
  createHash('sha256').update(`${tenantId} ${oid} ${clientId}`).digest('base64url')

/** A GUID made from a text, always the same. */
export const derivedGuid = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Object ID of an application's service principal in a tenant. */
export const servicePrincipalId = (tenantId: string, { clientId }: Application): string =>
  derivedGuid(`service principal ${tenantId} ${clientId}`)
