import {
  type Exchange,
  type Filter,
  LISTING_METHODS,
  type McpRequest,
  type Outcome,
  type PluginContext,
  type Principal,
  withoutItems
} from '@sluice/plugin-api'
import type { ScopeConfig } from './config.ts'
import { checkResources, checkScopeNames } from './names.ts'
import { hasByInclusion, type Lack, lackOf, type Needs } from './needs.ts'
import { Operations } from './operations.ts'
import { refusalReply, UNKNOWN_NAME } from './refusal-reply.ts'

/**
 * Makes the filter of an entry.
 *
 * @throws Error if nothing is required, or a scope or URI is not written as tokens and messages carry it.
 */
export function createScope(config: Readonly<ScopeConfig>, ctx: PluginContext): Filter {
  const { required, appRoles, includes = {}, hide = false } = config
  const operations = new Operations(config)
  const limitsRoute = required !== undefined || appRoles !== undefined
  if (!limitsRoute && !operations.limited) throw new Error('name scopes in required, or roles in appRoles')
  checkScopeNames(config)
  checkResources(config)
  const principalOf = ctx.fact<Principal>('principal')
  const has = hasByInclusion(includes)
  const route: Needs = { rule: undefined, scopes: required, appRoles }
  /** What an exchange asks for, once it is known. */
  const asked = ctx.perExchange<McpRequest>()

  const lacks = (x: Exchange, needs: readonly Needs[]): Lack | undefined => {
    const principal = principalOf.get(x)
    for (const each of needs) {
      const lack =
        principal === undefined
          ? ({ code: 'SLUICE_SCOPE_SIGN_IN_REQUIRED', needs: each } as const)
          : lackOf(principal, each, has)
      if (lack !== undefined) return lack
    }
    return undefined
  }

  /** All scopes for all that a body asks for at once: a client that is told them one by one signs in as often. */
  const scopesFor = ({ batch }: McpRequest): readonly string[] => {
    const needs = [route, ...batch.flatMap(message => operations.neededBy(message))]
    return [...new Set(needs.flatMap(({ scopes = [] }) => scopes))]
  }

  const judgeMessage = (message: McpRequest, x: Exchange): Outcome => {
    if (operations.isNamedUnclearly(message)) return UNKNOWN_NAME
    const needs = operations.neededBy(message)
    if (needs.length === 0) return undefined
    asked.set(x, message)
    const lack = lacks(x, needs)
    return lack === undefined ? undefined : refusalReply(lack, scopesFor(message))
  }

  return {
    onRequest(x) {
      const lack = limitsRoute ? lacks(x, [route]) : undefined
      return lack === undefined ? undefined : refusalReply(lack, required)
    },
    ...(operations.limited && {
      mcp: { requests: ['*'], results: hide ? LISTING_METHODS : [] },
      onMcpRequest: judgeMessage
    }),
    ...(operations.limited &&
      hide && {
        onMcpResult({ result }, x) {
          const seen = withoutItems(
            result,
            item => !operations.isListedUnclearly(item) && lacks(x, operations.neededFor(item)) === undefined
          )
          return seen === result ? undefined : { result: seen }
        }
      }),
    onResponse(head, x) {
      if (head.status !== 401 || head.source !== 'gateway') return
      const message = asked.get(x)
      const scopes = message === undefined ? required : scopesFor(message)
      if (scopes === undefined) return
      for (const challenge of head.challenges) {
        if (challenge.scheme.toLowerCase() === 'bearer') challenge.scopes ??= scopes
      }
    }
  }
}
