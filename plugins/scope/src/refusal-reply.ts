import type { Challenge, Reply } from '@sluice/plugin-api'
import { refusals, type Refusal, type RefusalCode } from './codes.ts'
import type { Lack } from './needs.ts'

/** The reply to who lacks something, with the scopes to ask for. A challenge is made each time: other filters complete it. */
export function refusalReply({ code, needs }: Lack, scopes: readonly string[] | undefined): Reply {
  const { error, meaning }: Refusal = refusals[code]
  const reply = needs.rule === undefined ? replies[code] : { ...replies[code], rule: needs.rule }
  if (reply.status === 403 && error === undefined) return reply
  return { ...reply, challenges: [challenge(error, meaning, scopes)] }
}

const replyOf = (code: RefusalCode): Reply => {
  const { status, meaning, fix }: Refusal = refusals[code]
  return Object.freeze({ status, code, reason: `${meaning} ${fix}` })
}

const replies = Object.fromEntries(
  (Object.keys(refusals) as RefusalCode[]).map(code => [code, replyOf(code)])
) as Readonly<Record<RefusalCode, Reply>>

/** The reply to a name that the server could read as another one: such a name is never one of its own. */
export const UNKNOWN_NAME: Reply = Object.freeze({
  ...replies.SLUICE_SCOPE_NAME_AMBIGUOUS,
  rpc: { code: -32602, message: refusals.SLUICE_SCOPE_NAME_AMBIGUOUS.meaning }
})

/** RFC 6750 section 3: no `error` where no token was sent. */
function challenge(error: string | undefined, meaning: string, scopes: readonly string[] | undefined): Challenge {
  const params = new Map<string, string>()
  if (error !== undefined) params.set('error', error).set('error_description', meaning)
  return scopes === undefined || scopes.length === 0
    ? { scheme: 'Bearer', params }
    : { scheme: 'Bearer', params, scopes }
}
