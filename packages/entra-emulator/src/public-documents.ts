import type { Emulation } from './emulation.ts'
import { multiTenantNames } from './endpoints.ts'
import { EntraError } from './entra-error.ts'
import type { Faults } from './faults.ts'
import { type Answer, documentAnswer, methodNotAllowed, textAnswer } from './http/answer.ts'
import { createKeySet } from './keys/key-set.ts'
import { createV1Metadata, createV2Metadata } from './openid-metadata.ts'
import { answerTokenError } from './token/token-endpoint.ts'

/** Which document of which tenant is asked for. */
export interface DocumentRequest {
  /** The first path segment: a tenant ID, `common` or `organizations`. */
  readonly name: string
  /** The path behind it. */
  readonly rest: string
  readonly method: string
}

interface Document {
  readonly kind: 'keySets' | 'metadata'
  create(emulation: Emulation, tenant: string): object
}

const keySet: Document = {
  kind: 'keySets',
  create: (e, tenant) => createKeySet(e.keys.published, e.endpoints, tenant)
}

const documents: ReadonlyMap<string, Document> = new Map<string, Document>([
  [
    '.well-known/openid-configuration',
    { kind: 'metadata', create: (e, tenant) => createV1Metadata(e.endpoints, tenant) }
  ],
  [
    'v2.0/.well-known/openid-configuration',
    { kind: 'metadata', create: (e, tenant) => createV2Metadata(e.endpoints, tenant) }
  ],
  ['discovery/keys', keySet],
  ['discovery/v2.0/keys', keySet]
])

/** Answers the OpenID metadata and the key sets; `undefined` where the path is another. */
export const answerDocument = (
  emulation: Emulation,
  faults: Faults,
  { name, rest, method }: DocumentRequest
): Answer | undefined => {
  const document = documents.get(rest)
  if (!document) return undefined
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return methodNotAllowed('GET, HEAD, OPTIONS')
  if (faults[document.kind]) return textAnswer(503, 'Switched off by a test')
  const tenant = emulation.tenants.find(({ tenantId }) => tenantId === name.toLowerCase())?.tenantId
  if (tenant === undefined && !multiTenantNames.includes(name)) {
    return answerTokenError(emulation, new EntraError(/[.-]/.test(name) ? 90002 : 900023, name), {})
  }
  return documentAnswer(document.create(emulation, tenant ?? name))
}
