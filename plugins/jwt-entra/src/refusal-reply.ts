import type { Challenge, Reply } from '@sluice/plugin-api'
import { refusals, type Refusal, type RefusalCode } from './codes.ts'

/** Seconds after which a client may try again where keys are missing. */
const retryAfter = '5'

const fixed = new Map<RefusalCode, Reply>()

/** The reply of a refusal. Challenges are made for each request, because other filters complete them. */
export function refusalReply(code: RefusalCode): Reply {
  const refusal: Refusal = refusals[code]
  if (refusal.status === 400 || refusal.status === 401) {
    return { status: refusal.status, code, reason: reasonOf(refusal), challenges: [challengeOf(refusal)] }
  }
  let reply = fixed.get(code)
  if (reply === undefined) {
    const headers = refusal.status === 503 ? { headers: [['retry-after', retryAfter]] as const } : {}
    reply = Object.freeze({ status: refusal.status, code, reason: reasonOf(refusal), ...headers })
    fixed.set(code, reply)
  }
  return reply
}

const reasonOf = (refusal: Refusal): string => `${refusal.meaning} ${refusal.fix}`

/** RFC 6750 section 3: no `error` where no bearer token was sent. */
function challengeOf(refusal: Refusal): Challenge {
  const params = new Map<string, string>()
  if (refusal.error !== undefined) {
    params.set('error', refusal.error)
    params.set('error_description', refusal.meaning)
  }
  return { scheme: 'Bearer', params }
}
