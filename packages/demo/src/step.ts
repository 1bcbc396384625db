/** A step of the MCP authorization flow and of the calls behind it, in the order in which they happen. */
export type StepName = '401' | 'PRM' | 'discovery' | 'authorize' | 'token' | 'initialize' | 'tools/list' | 'tools/call'

/** What one step showed. A step that has several parts is reported once for each, as it happens. */
export interface StepReport {
  readonly step: StepName
  /** Label to value, in the order in which they are shown. Never a token or a code. */
  readonly detail: Readonly<Record<string, string>>
}

/** Takes each report at the moment of what it reports. */
export type Reporter = (report: StepReport) => void

/** What to look at first when a step fails. */
const ADVICE: Readonly<Record<StepName, string>> = {
  '401': 'Check that Sluice listens at this address, that the path is a route of it and that the route has jwt-entra.',
  PRM: 'Check that the route has prm, and that its resource has the origin and path of the MCP URL.',
  discovery:
    'Check that the authorization server runs, and that prm names it exactly as its metadata names its own issuer.',
  authorize:
    'Check the app registration: client id, redirect URI, scope, pre-authorisation, and the resource as an identifier URI.',
  token: 'Check the app registration: a public client, its redirect URI, and the resource as an identifier URI.',
  initialize:
    'Check that the audiences, tenant and authority of jwt-entra are those of the API, that scope requires what was granted, and that the upstream runs.',
  'tools/list': 'Check that the upstream runs and the log of Sluice.',
  'tools/call': 'Check that the upstream runs and the log of Sluice.'
}

/** A step that failed. The message says which, what was seen and what to do. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly step: StepName

  constructor(step: StepName, seen: string, options?: ErrorOptions) {
    super(`Step ${step} failed: ${seen.replace(/[.:\s]+$/, '')}. ${ADVICE[step]}`, options)
    this.step = step
  }
}
