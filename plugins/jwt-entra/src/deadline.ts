import { ConfigFault, parseDuration, type Deadline, type Principal } from '@sluice/plugin-api'
import type { JwtEntraConfig } from './config.ts'
import { refusalReply } from './refusal-reply.ts'

const mostMs = 24 * 3_600_000

/**
 * Makes the deadline of an exchange by who is calling: no stream outlives its token, and no call does by more than
 * `maxAfterExpiry`.
 *
 * @throws ConfigFault where calls could go on for good.
 */
export function deadlineOf(
  { maxAfterExpiry = '1h' }: Readonly<JwtEntraConfig>,
  clockSkewMs: number,
  filter: string
): (principal: Principal) => Deadline {
  const moreMs = parseDuration(maxAfterExpiry, ['maxAfterExpiry'])
  if (moreMs > mostMs) throw new ConfigFault(['maxAfterExpiry'], 'more than 24h; a token is good for an hour or a day')
  // Not 401: clients would send the call again by themselves, and it may have been carried out.
  const reply = refusalReply('SLUICE_AUTH_TOKEN_OUTLIVED')
  return ({ expiresAt }) => {
    // When the verifier, too, would call it expired.
    const streamsAt = expiresAt * 1000 + clockSkewMs
    return { filter, streamsAt, callsAt: streamsAt + moreMs, reply }
  }
}
