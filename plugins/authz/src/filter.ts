import {
  type Exchange,
  type Filter,
  LISTING_METHODS,
  type McpRequest,
  type McpResultOutcome,
  type Outcome,
  type PluginContext,
  type Reply,
  withoutItems
} from '@sluice/plugin-api'
import { agentRefusal } from './agent-refusal.ts'
import type { Caller } from './caller.ts'
import { Callers } from './callers.ts'
import type { AuthzConfig } from './config.ts'
import { mayUse, refusalCode } from './decision.ts'
import { ItemDecisions } from './item-decisions.ts'
import { useGraphGroups } from './use-graph-groups.ts'
import { metrics } from './metrics.ts'
import { questionsOf } from './named-requests.ts'
import type { Verdict } from './policy.ts'
import type { NamedQuestion } from './question.ts'
import { readPolicy } from './read-policy.ts'
import { type Recorded, refusalReply, stepUpReply } from './refusal-reply.ts'
import { StepUps } from './step-up.ts'

/**
 * Makes the filter of an entry. One decision serves the list and the call: what somebody sees and what they may call
 * cannot drift apart.
 *
 * @throws ConfigFault at the rule that is in the wrong
 */
export function createAuthz(config: Readonly<AuthzConfig>, ctx: PluginContext): Filter {
  const { rules = [], agents, authContext, mode, groups } = config
  const policy = readPolicy(rules, ctx)
  const callers = new Callers(policy, useGraphGroups(groups, ctx), ctx)
  const stepUps = new StepUps(authContext)
  const shadow = mode === 'shadow'
  const { name, help, labels } = metrics.hidden
  const hidden = ctx.metrics.counter(name, help, Object.keys(labels)).series(ctx.entry, mode)

  /** Refuses, or records that it would. */
  const refuse = (reply: Reply, x: Exchange, call?: McpRequest['id']): Outcome => {
    if (!shadow) return reply
    const { code = '', reason = '', rule } = reply
    const more = { ...(rule === undefined ? {} : { rule }), ...(call === undefined ? {} : { call }) }
    x.decide({ filter: ctx.entry, outcome: 'shadow-deny', code, reason, ...more })
    return undefined
  }

  const judge = (question: NamedQuestion, id: McpRequest['id'], caller: Caller, x: Exchange): Outcome => {
    const verdict = mayUse(policy, question, caller)
    const recorded = recordOf(verdict, caller)
    if (!verdict.allowed)
      return refuse(refusalReply(refusalCode(policy, question, caller, verdict), question, recorded), x, id)
    const stepUp = question.kind === 'tool' ? stepUps.lackOf(question.name, caller.person?.principal) : undefined
    if (stepUp !== undefined) return refuse(stepUpReply(stepUp), x, id)
    x.decide({ filter: ctx.entry, outcome: 'allow', code: 'SLUICE_AUTHZ_ALLOWED', ...recorded, call: id })
    return undefined
  }

  const judgeAll = (
    questions: readonly NamedQuestion[],
    id: McpRequest['id'],
    caller: Caller,
    x: Exchange
  ): Outcome => {
    for (const question of questions) {
      const outcome = judge(question, id, caller, x)
      if (outcome !== undefined) return outcome
    }
    return undefined
  }

  const shorten = (result: unknown, caller: Caller): McpResultOutcome => {
    let count = 0
    const decisions = new ItemDecisions(policy, caller)
    const seen = withoutItems(result, item => {
      const { allowed } = decisions.of(item)
      if (!allowed) count++
      return allowed
    })
    if (count > 0) hidden.add(count)
    return shadow || seen === result ? undefined : { result: seen }
  }

  return {
    ...(agents !== undefined &&
      agents !== 'any' && {
        onRequest(x: Exchange) {
          const person = callers.personOf(x)
          const reply = person && agentRefusal(agents, person)
          return reply && refuse(reply, x)
        }
      }),
    mcp: { requests: ['*'], results: LISTING_METHODS },
    onMcpRequest(message, x) {
      const questions = questionsOf(message)
      if (questions.length === 0) return undefined
      const caller = callers.of(x)
      return caller instanceof Promise
        ? caller.then(found => judgeAll(questions, message.id, found, x))
        : judgeAll(questions, message.id, caller, x)
    },
    onMcpResult({ result }, x) {
      const caller = callers.of(x)
      return caller instanceof Promise ? caller.then(found => shorten(result, found)) : shorten(result, caller)
    }
  }
}

/** The blueprint of an agent is said, and decides nothing. */
const recordOf = ({ reason, rule }: Verdict, { person }: Caller): Recorded => {
  const blueprint = person?.blueprint
  const said = blueprint === undefined ? reason : `${reason} The caller is an agent of the blueprint ${blueprint}.`
  return rule === undefined ? { reason: said } : { reason: said, rule }
}
