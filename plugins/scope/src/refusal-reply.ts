import type { Challenge, Reply } from '@sluice/plugin-api'
import { refusals, type Refusal, type RefusalCode } from './codes.ts'

/** Makes the replies of one refusal. A challenge is made for each request, because other filters complete it. */
export function refusalReplies(code: RefusalCode, scopes: readonly string[] | undefined): () => Reply {
  const { status, error, meaning, fix }: Refusal = refusals[code]
  const reply = Object.freeze({ status, code, reason: `${meaning} ${fix}` })
  if (status === 403 && error === undefined) return () => reply
  return () => ({ ...reply, challenges: [challenge(error, meaning, scopes)] })
}

/** RFC 6750 section 3: no `error` where no token was sent. */
function challenge(error: string | undefined, meaning: string, scopes: readonly string[] | undefined): Challenge {
  const params = new Map<string, string>()
  if (error !== undefined) params.set('error', error).set('error_description', meaning)
  return scopes === undefined ? { scheme: 'Bearer', params } : { scheme: 'Bearer', params, scopes }
}
