import type { Decision, JsonRpcId, McpCall, McpRequest, Principal } from '@sluice/plugin-api'
import { isNamed } from './arguments.ts'
import { withoutTokens } from './credentials.ts'
import { inOnePiece, jsonText, nameText } from './json-text.ts'

/** Members of records, as JSON text between two commas. Joined by hand, for what most of them say is known beforehand. */

/** Who: nobody. */
export const NOBODY = '"tenant":null,"object":null,"client":null,"kind":null,"uti":null'
/** What: no message. */
export const NO_CALL = '"method":null,"tool":null,"call":null'
/** What was decided: nothing yet. */
export const UNDECIDED = '"decision":"none","filter":null,"rule":null,"code":null,"reason":null'
const ALLOWED = '"decision":"allow","filter":null,"rule":null,"code":null,"reason":null'

/** Makes the fields about a principal behind some others, once for each. */
export const principalFields = (before: string, names: boolean): ((principal: Principal | undefined) => string) => {
  const nobody = inOnePiece(`${before},${NOBODY}`)
  // A principal is that of a verified token, and comes again with it.
  const known = new WeakMap<Principal, string>()
  const fieldsOf = ({ tenantId, objectId, clientId, kind, name, claims: { uti } }: Principal): string =>
    `"tenant":${jsonText(tenantId)},"object":${jsonText(objectId)},"client":${jsonText(clientId)},"kind":"${kind}"` +
    `,"uti":${jsonText(typeof uti === 'string' ? uti : undefined)}${names ? `,"name":${jsonText(name)}` : ''}`
  return principal => {
    if (principal === undefined) return nobody
    let fields = known.get(principal)
    if (fields === undefined) known.set(principal, (fields = inOnePiece(`${before},${fieldsOf(principal)}`)))
    return fields
  }
}

/** What was called, as text, that is kept: whoever calls more than that has them made anew. */
const MOST_CALLED = 1000

/** Makes the fields about a message. */
export const callFields = (): ((message: McpRequest) => string) => {
  const known = new Map<string, Map<string | undefined, string>>()
  let size = 0
  const keep = (method: string, target: string | undefined): string => {
    if (size++ === MOST_CALLED) {
      known.clear()
      size = 1
    }
    const fields = calledFields(method, target)
    const ofMethod = known.get(method)
    if (ofMethod === undefined) known.set(method, new Map([[target, fields]]))
    else ofMethod.set(target, fields)
    return fields
  }
  return ({ kind, method, target, id }) => {
    // What is read is no tool: there may be as many resources as there is data.
    const named = target !== undefined && isNamed(method) ? target : undefined
    const fields = known.get(method)?.get(named) ?? keep(method, named)
    return `${fields}${kind === 'notification' ? 'null' : idText(id)}`
  }
}

const calledFields = (method: string, target: string | undefined): string => {
  const tool = target === undefined ? 'null' : nameText(target)
  return inOnePiece(`"method":${method === '' ? 'null' : nameText(method)},"tool":${tool},"call":`)
}

/** Fields about a request of which no message was read. */
export const requestFields = (method: string): string => `"method":${nameText(method)},"tool":null,"call":null`

const idText = (id: JsonRpcId): string => (typeof id === 'string' ? nameText(id) : String(id))

/** Fields about what was decided: what ended it, else what would have, else what let it pass. With all of it, if it was more than one. */
export const decisionFields = (decisions: readonly Decision[], call?: McpCall): string => {
  if (decisions.length === 0) return ALLOWED
  const last = (...outcomes: readonly Decision['outcome'][]): Decision | undefined =>
    decisions.findLast(decision => outcomes.includes(decision.outcome) && isAbout(decision, call))
  const decided = last('deny', 'error') ?? last('shadow-deny') ?? last('allow')
  const fields = decided === undefined ? ALLOWED : `"decision":"${decided.outcome}",${whyFields(decided)}`
  if (decisions.length === 1) return fields
  const all = decisions.map(decision => `{"decision":"${decision.outcome}",${whyFields(decision)}}`)
  return `${fields},"decisions":[${all.join()}]`
}

const whyFields = ({ filter, rule, code, reason }: Decision): string =>
  `"filter":${jsonText(filter)},"rule":${jsonText(rule)},"code":${jsonText(code)},"reason":${jsonText(withoutTokens(reason))}`

/** What was decided of one result is not about the other calls of its batch; what refused a call refused them all. */
const isAbout = (decision: Decision, call: McpCall | undefined): boolean =>
  call === undefined || decision.call === undefined || decision.call === call.id || call.outcome === 'refused'
