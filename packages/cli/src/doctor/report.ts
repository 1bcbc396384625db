import { explain, type Explained, facadeExplanations } from '@sluice/aadsts'
import { type Examined, examine, type FacadeTrials, type Remedy, type Setup, valueOf } from '@sluice/doctor'

/** A breakage that was found. */
export interface ReportedFinding {
  readonly id: number
  readonly title: string
  readonly severity: 'fault' | 'limit'
  /** What Entra answers then: `AADSTS9010010`. */
  readonly codes: readonly string[]
  readonly evidence: string
  readonly clients: string
  readonly remedy: Remedy
}

/** What came of the examination of a route. */
export interface RouteReport {
  readonly route: string
  readonly url: string
  /** Why it was not examined; then the rest is empty. */
  readonly skipped?: string
  readonly authorizationServer?: string
  /** Those that break sign-in first. */
  readonly findings: readonly ReportedFinding[]
  readonly unchecked: readonly { readonly id: number; readonly title: string; readonly needs: string }[]
  /** Numbers of the breakages that this route does not have. */
  readonly clean: readonly number[]
  /** Where the gateway stands in front of Entra: what came of its own authorization request there. */
  readonly gateway?: Explained | { readonly missing: string } | { readonly accepted: true }
  /** What was answered to the client that was tried, where none of the breakages is behind it. */
  readonly tried?: Explained | { readonly missing: string }
}

/** What came of the examination of a configuration. */
export interface DoctorReport {
  /** Whether nothing is wrong that its owner could mend. */
  readonly ok: boolean
  readonly file: string
  readonly routes: readonly RouteReport[]
}

/** A report of routes that were examined or skipped. */
export const reportOf = (file: string, routes: readonly RouteReport[]): DoctorReport => ({
  ok: routes.every(({ findings, gateway = {}, tried = {} }) => {
    return !findings.some(isFault) && !('code' in gateway) && !('code' in tried)
  }),
  file,
  routes
})

/** The report of a route that there is nothing to say about. */
export const skipped = (route: string, url: string, reason: string): RouteReport => ({
  route,
  url,
  skipped: reason,
  findings: [],
  unchecked: [],
  clean: []
})

/** Examines a route. */
export const examined = (setup: Setup, clientTried: boolean): RouteReport => {
  const all = examine(setup)
  const findings = all.flatMap(findingOf)
  const tried = clientTried ? triedOf(setup, findings) : undefined
  return {
    route: setup.route,
    url: setup.mcpUrl,
    authorizationServer: setup.server.issuer,
    findings: [...findings.filter(isFault), ...findings.filter(finding => !isFault(finding))],
    unchecked: all.flatMap(({ breakage: { id, title }, outcome }) =>
      outcome.result === 'unchecked' ? [{ id, title, needs: outcome.needs }] : []
    ),
    clean: all.filter(({ outcome }) => outcome.result === 'clean').map(({ breakage }) => breakage.id),
    ...(setup.facade !== undefined && { gateway: gatewayOf(setup.facade, setup.server.issuer) }),
    ...(tried !== undefined && { tried })
  }
}

const isFault = ({ severity }: ReportedFinding): boolean => severity === 'fault'

const findingOf = ({ breakage: { id, title, codes }, outcome }: Examined): ReportedFinding[] => {
  if (outcome.result !== 'finding') return []
  const { severity, evidence, clients, remedy, codes: given = codes } = outcome
  return [{ id, title, severity, codes: given.map(code => `AADSTS${code}`), evidence, clients, remedy }]
}

const gatewayOf = ({ gateway }: FacadeTrials, issuer: string): NonNullable<RouteReport['gateway']> => {
  if ('missing' in gateway) return gateway
  const code = gateway.value
  if (code === undefined) return { accepted: true }
  const { text } = facadeExplanations[code] ?? {}
  const fix = `Compare clientId, tenant and scopes of entra-oauth with the registration, and its redirect URI of the platform Web with ${issuer}/callback.`
  return {
    code: `AADSTS${code}`,
    meaning: text ?? explain(String(code))?.meaning ?? 'This code is not known here.',
    fix
  }
}

const atFacade: Readonly<Record<string, string>> = {
  SLUICE_OAUTH_CLIENT: 'List the client under clients of entra-oauth, or have it register itself.',
  SLUICE_OAUTH_REDIRECT_URI: 'Add the redirect URI to the client under clients of entra-oauth.',
  SLUICE_OAUTH_CLIENT_DOCUMENT: 'Read the log of the gateway, which says what is wrong with the document of the client.'
}

const triedAtFacade = ({ client }: FacadeTrials): RouteReport['tried'] => {
  if ('missing' in client) return client
  if (client.value === undefined) return undefined
  const { code, reason } = client.value
  const meaning = reason || 'The gateway refuses the request of this client.'
  return { code, meaning, fix: atFacade[code] ?? 'docs/errors.md and docs/facade.md say what is wanted.' }
}

const triedOf = ({ tried, facade }: Setup, findings: readonly ReportedFinding[]): RouteReport['tried'] => {
  if (facade !== undefined) return triedAtFacade(facade)
  if ('missing' in tried) return { missing: tried.missing }
  const code = valueOf(tried)
  if (code === undefined || findings.some(({ codes }) => codes.includes(`AADSTS${code}`))) return undefined
  const unknown = { code: `AADSTS${code}`, meaning: 'This code is not known here.', fix: 'Look it up at Microsoft.' }
  return explain(String(code)) ?? unknown
}
