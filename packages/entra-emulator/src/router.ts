import { aadsts } from './aadsts.ts'
import { answerAuthorize } from './authorize/authorize-endpoint.ts'
import { withErrorPage } from './authorize/reply-with-error.ts'
import { answerConsent, answerLogin, answerStep } from './authorize/sign-in-forms.ts'
import type { Tenant } from './directory/tenant.ts'
import type { Emulation } from './emulation.ts'
import { multiTenantNames } from './endpoints.ts'
import { EntraError } from './entra-error.ts'
import type { Faults } from './faults.ts'
import { answerGraph, graphPath } from './graph/graph-endpoint.ts'
import { type Answer, pageAnswer, textAnswer } from './http/answer.ts'
import { findHomeTenant } from './home-tenant.ts'
import { readForm } from './http/parameters.ts'
import type { Received } from './http/received.ts'
import { html, page } from './pages/html.ts'
import { statusPage } from './pages/status-page.ts'
import { answerDocument } from './public-documents.ts'
import { answerToken, answerTokenError } from './token/token-endpoint.ts'

type TenantEndpoint = (emulation: Emulation, tenant: Tenant, received: Received) => Answer

const pageEndpoints: ReadonlyMap<string, TenantEndpoint> = new Map([
  ['oauth2/v2.0/authorize', answerAuthorize],
  ['login', answerLogin],
  ['step', answerStep],
  ['consent', answerConsent]
])

const tokenPath = 'oauth2/v2.0/token'

/** @throws EntraError 90002 or 900023 for an unknown tenant; at `common` and `organizations` 700016 or 50194. */
const findTenant = (emulation: Emulation, name: string, received: Received): Tenant => {
  const tenant = emulation.tenants.find(({ tenantId }) => tenantId === name.toLowerCase())
  if (tenant) return tenant
  if (multiTenantNames.includes(name)) return findHomeTenant(emulation, name, received)
  throw new EntraError(/[.-]/.test(name) ? 90002 : 900023, name)
}

const answerTokenOfTenant = (emulation: Emulation, name: string, received: Received): Answer => {
  try {
    if (received.method === 'POST') readForm(received)
    return answerToken(emulation, findTenant(emulation, name, received), received)
  } catch (error) {
    if (!(error instanceof EntraError)) throw error
    return answerTokenError(emulation, error, {})
  }
}

const errorCatalogue: ReadonlyMap<string, { readonly message: string }> = new Map(Object.entries(aadsts))

const answerRoot = (emulation: Emulation, { path, query }: Received): Answer | undefined => {
  if (path === '/') return pageAnswer(200, statusPage(emulation.tenants, emulation.endpoints))
  if (path !== '/error') return undefined
  const code = new URLSearchParams(query).get('code') ?? ''
  const message = errorCatalogue.get(code)?.message ?? 'The emulator does not know this code.'
  return pageAnswer(200, page(`AADSTS${code}`, html`<p>${message}</p>`))
}

/** Answers a request by its path; what the real one does not have (RFC 8414 metadata, registration) is 404 here too. */
export const route = (emulation: Emulation, faults: Faults, received: Received): Answer => {
  const root = answerRoot(emulation, received)
  if (root) return root
  if (received.path.startsWith(`${graphPath}/`)) return answerGraph(emulation, faults.graphRetryAfter, received)
  const [, name = '', rest = ''] = /^\/([^/]+)\/(.+)$/.exec(received.path) ?? []
  if (rest === tokenPath) return answerTokenOfTenant(emulation, name, received)
  const endpoint = pageEndpoints.get(rest)
  if (endpoint) {
    return withErrorPage(emulation, () => endpoint(emulation, findTenant(emulation, name, received), received))
  }
  return answerDocument(emulation, faults, { name, rest, method: received.method }) ?? textAnswer(404, 'Not found')
}
