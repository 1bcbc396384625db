import type { FetchLike } from '@modelcontextprotocol/client'
import type { Reporter, StepName } from './step.ts'

/** A fetch that reports the requests of the authorization flow. */
export interface ObservedFetch {
  readonly fetch: FetchLike
  /** The last challenge of the MCP server: `WWW-Authenticate` of a 401 or 403. */
  challenge(): string | undefined
  /** The step that the latest request of the flow belonged to. */
  step(): StepName
  /** The latest answer of a step, if it was not a success: `GET … answered 404`. */
  failure(step: StepName): string | undefined
  /** Whether the document was found. */
  found(document: 'PRM' | 'discovery'): boolean
}

/** Observes the requests that an SDK client sends for the MCP server at `mcpUrl`. */
export const observeFetch = (mcpUrl: string, report: Reporter, signal: AbortSignal): ObservedFetch => {
  let step: StepName = '401'
  let challenge: string | undefined
  const failures = new Map<Place, string | undefined>()
  const found = new Set<StepName>()

  const observe = async (method: string, url: URL, response: Response): Promise<void> => {
    const failure = response.ok ? undefined : `${method} ${url.origin}${url.pathname} answered ${response.status}`
    if (url.href === mcpUrl) {
      // The SDK also asks for the GET stream and ends the session, whose refusal is no failure of a step.
      if (method !== 'POST') return
      failures.set('MCP', failure)
      if (response.status !== 401 && response.status !== 403) return
      const first = challenge === undefined
      challenge = response.headers.get('www-authenticate') ?? '(absent)'
      const detail = { request: `POST ${mcpUrl}`, status: String(response.status), 'WWW-Authenticate': challenge }
      if (first && response.status === 401) report({ step, detail })
      return
    }
    failures.set(step, failure)
    if (response.ok) found.add(step)
    report({ step, detail: await detailOf(step, method, url, response) })
  }

  return {
    async fetch(input, init) {
      const url = new URL(input)
      const method = init?.method ?? 'GET'
      if (url.href !== mcpUrl) step = stepOf(method, url)
      const signals = init?.signal ? AbortSignal.any([signal, init.signal]) : signal
      const response = await fetch(url, { ...init, signal: signals })
      await observe(method, url, response)
      return response
    },
    challenge: () => challenge,
    step: () => step,
    failure: step => failures.get(PLACES.has(step) ? step : 'MCP'),
    found: document => found.has(document)
  }
}

/** Steps that ask elsewhere than at the MCP server. */
const PLACES: ReadonlySet<StepName> = new Set(['PRM', 'discovery', 'token'])
type Place = StepName | 'MCP'

const stepOf = (method: string, url: URL): StepName => {
  if (method === 'POST') return 'token'
  return url.pathname.includes('/.well-known/oauth-protected-resource') ? 'PRM' : 'discovery'
}

/** The members that are shown of each document. The token response has secrets: only these three of it. */
const SHOWN: Partial<Record<StepName, readonly string[]>> = {
  PRM: ['resource', 'authorization_servers', 'scopes_supported'],
  discovery: ['issuer', 'authorization_endpoint', 'token_endpoint'],
  token: ['token_type', 'expires_in', 'scope']
}

const detailOf = async (
  step: StepName,
  method: string,
  url: URL,
  response: Response
): Promise<Record<string, string>> => {
  const detail: Record<string, string> = {
    request: `${method} ${url.origin}${url.pathname}`,
    status: String(response.status)
  }
  if (!response.ok) return detail
  const document = await asObject(response.clone())
  for (const name of SHOWN[step] ?? []) {
    const value = document[name]
    if (Array.isArray(value)) detail[name] = value.join(' ')
    else if (typeof value === 'string' || typeof value === 'number') detail[name] = String(value)
  }
  return detail
}

const asObject = async (response: Response): Promise<Record<string, unknown>> => {
  try {
    const value: unknown = await response.json()
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    // The SDK client refuses the document and says why.
    return {}
  }
}
