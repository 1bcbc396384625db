import type { Reply } from '@sluice/plugin-api'
import { refusals, type RefusalCode } from './codes.ts'
import type { Person } from './person.ts'

/** Why a caller is refused who is an agent, or may be one. */
export const agentRefusal = (agents: 'identifiable' | 'refuse', { values, blueprint }: Person): Reply | undefined => {
  const { viaAgent } = values
  if (viaAgent === undefined) return replyOf('SLUICE_AUTHZ_AGENT_UNCLEAR', undefined)
  return agents === 'refuse' && viaAgent === true ? replyOf('SLUICE_AUTHZ_AGENT_REFUSED', blueprint) : undefined
}

const replyOf = (code: RefusalCode, blueprint: string | undefined): Reply => {
  const { status, meaning, fix } = refusals[code]
  const reason = `${meaning} ${fix}`
  if (blueprint === undefined) return { status, code, reason }
  return {
    status,
    code,
    reason: `${reason} The agent's blueprint is ${blueprint}.`,
    rpc: { code: -32000, message: reason }
  }
}
