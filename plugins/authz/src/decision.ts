import { isAmbiguousName, isAmbiguousUri, isAmbiguousUriTemplate } from '@sluice/plugin-api'
import type { Caller } from './caller.ts'
import type { RefusalCode } from './codes.ts'
import type { Policy, Rules, Verdict } from './policy.ts'
import type { NamedQuestion } from './question.ts'

/** The one decision, of a call and of an item of a list. */
export const mayUse = (rules: Rules, question: NamedQuestion, caller: Caller): Verdict =>
  isNamedUnclearly(question) ? UNCLEAR : rules.decide(question, caller)

/** The refusal that fits: of somebody who is not signed in, of arguments alone, or of what has the name. */
export const refusalCode = (policy: Policy, question: NamedQuestion, caller: Caller, verdict: Verdict): RefusalCode => {
  if (verdict === UNCLEAR) return 'SLUICE_AUTHZ_NAME_AMBIGUOUS'
  if (caller.person === undefined && policy.readsPerson) return 'SLUICE_AUTHZ_SIGN_IN_REQUIRED'
  const visible =
    question.arguments !== undefined && policy.decide({ ...question, arguments: undefined }, caller).allowed
  return visible ? 'SLUICE_AUTHZ_ARGUMENTS_REFUSED' : 'SLUICE_AUTHZ_REFUSED'
}

const isNamedUnclearly = ({ method, kind, name, template }: NamedQuestion): boolean => {
  if (kind !== 'resource') return isAmbiguousName(kind === undefined ? method : name)
  return template ? isAmbiguousUriTemplate(name) : isAmbiguousUri(name)
}

const UNCLEAR: Verdict = Object.freeze({
  allowed: false,
  reason: 'The name is no text, or spelled so that the server could read it as another one.',
  rule: undefined
})
