import type { Challenge, Reply } from '@sluice/plugin-api'
import { refusals, type Refusal, type RefusalCode } from './codes.ts'
import { NO_TEXT, type NamedQuestion } from './question.ts'
import { claimsChallenge, type StepUp } from './step-up.ts'

/** JSON-RPC 2.0 section 5.1. */
const INVALID_PARAMS = -32602
const METHOD_NOT_FOUND = -32601

/** The words with which servers refuse a name that they do not know, so that a refusal tells nobody what there is. */
const UNKNOWN = { tool: 'Unknown tool', prompt: 'Unknown prompt', resource: 'Unknown resource', task: 'Unknown task' }

/** What was decided, for the record. */
export interface Recorded {
  readonly reason: string
  readonly rule?: string
}

/** The answer to a message that was refused. */
export const refusalReply = (code: RefusalCode, question: NamedQuestion, recorded: Recorded): Reply => {
  const { status }: Refusal = refusals[code]
  const reply = { ...recorded, status, code, rpc: rpcOf(code, question) }
  return status === 401 ? { ...reply, challenges: [signIn()] } : reply
}

/** The answer to a call that needs a stronger sign-in (Entra's claims challenge), or to who cannot do it. */
export const stepUpReply = ({ code, context }: StepUp): Reply => {
  const { status, meaning, fix }: Refusal = refusals[code]
  const reply = { status, code, reason: `${meaning} ${fix}`, rule: `authContext ${context}` }
  if (status !== 401) return reply
  const params = new Map([
    ['error', 'insufficient_claims'],
    ['error_description', meaning],
    ['claims', claimsChallenge(context)]
  ])
  return { ...reply, challenges: [{ scheme: 'Bearer', params }] }
}

/** RFC 6750 section 3: no `error` where no token was sent. Made for each request, because other filters complete it. */
const signIn = (): Challenge => ({ scheme: 'Bearer', params: new Map() })

const rpcOf = (code: RefusalCode, { kind, name, method }: NamedQuestion): { code: number; message: string } => {
  if (code === 'SLUICE_AUTHZ_SIGN_IN_REQUIRED') return { code: -32000, message: refusals[code].meaning }
  if (kind === undefined) return { code: METHOD_NOT_FOUND, message: `Method not found: ${method}` }
  if (code === 'SLUICE_AUTHZ_ARGUMENTS_REFUSED')
    return { code: INVALID_PARAMS, message: `Not allowed with these arguments: ${name}` }
  return { code: INVALID_PARAMS, message: `${UNKNOWN[kind]}: ${name === NO_TEXT ? '' : name}` }
}
