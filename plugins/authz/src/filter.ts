import {
  type Exchange,
  type Filter,
  LISTING_METHODS,
  type McpRequest,
  type McpResultOutcome,
  type Outcome,
  type PluginContext,
  withoutItems
} from '@sluice/plugin-api'
import type { Caller } from './caller.ts'
import { Callers } from './callers.ts'
import type { AuthzConfig } from './config.ts'
import { mayUse, refusalCode } from './decision.ts'
import { metrics } from './metrics.ts'
import { questionOf, questionsOf } from './named-requests.ts'
import type { Verdict } from './policy.ts'
import type { Question } from './question.ts'
import { readPolicy } from './read-policy.ts'
import { type Recorded, refusalReply } from './refusal-reply.ts'

/**
 * Makes the filter of an entry. One decision serves the list and the call: what somebody sees and what they may call
 * cannot drift apart.
 *
 * @throws ConfigFault at the rule that is in the wrong
 */
export function createAuthz(config: Readonly<AuthzConfig>, ctx: PluginContext): Filter {
  const policy = readPolicy(config.rules ?? [], ctx)
  const callers = new Callers(policy, ctx)
  const shadow = config.mode === 'shadow'
  const { name, help, labels } = metrics.hidden
  const hidden = ctx.metrics.counter(name, help, Object.keys(labels)).series(ctx.entry, config.mode)

  const judge = (question: Question, { id }: McpRequest, x: Exchange): Outcome => {
    const caller = callers.of(x)
    const verdict = mayUse(policy, question, caller)
    const recorded = recordOf(verdict, caller)
    if (verdict.allowed) {
      x.decide({ filter: ctx.entry, outcome: 'allow', code: 'SLUICE_AUTHZ_ALLOWED', ...recorded, call: id })
      return undefined
    }
    const code = refusalCode(policy, question, caller, verdict)
    if (!shadow) return refusalReply(code, question, recorded)
    x.decide({ filter: ctx.entry, outcome: 'shadow-deny', code, ...recorded, call: id })
    return undefined
  }

  return {
    mcp: { requests: ['*'], results: LISTING_METHODS },
    onMcpRequest(message, x) {
      for (const question of questionsOf(message)) {
        const outcome = judge(question, message, x)
        if (outcome !== undefined) return outcome
      }
      return undefined
    },
    onMcpResult({ result }, x): McpResultOutcome {
      const caller = callers.of(x)
      let count = 0
      const seen = withoutItems(result, item => {
        const { allowed } = mayUse(policy, questionOf(item), caller)
        if (!allowed) count++
        return allowed
      })
      if (count > 0) hidden.add(count)
      return shadow || seen === result ? undefined : { result: seen }
    }
  }
}

/** The blueprint of an agent is said, and decides nothing. */
const recordOf = ({ reason, rule }: Verdict, { person }: Caller): Recorded => {
  const blueprint = person?.blueprint
  const said = blueprint === undefined ? reason : `${reason} The caller is an agent of the blueprint ${blueprint}.`
  return rule === undefined ? { reason: said } : { reason: said, rule }
}
