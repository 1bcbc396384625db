import { type CelMap, celMap } from '@bufbuild/cel'
import type { Caller } from './caller.ts'
import { celOf, mapOf } from './cel-value.ts'
import type { Kind, Question } from './question.ts'

/** How a condition reads the name of what a question is not about, as `mcp.tool.name` of a prompt: */
export type Reading =
  /** as an error, so that a rule on tools allows no prompt; */
  | 'strict'
  /** as empty, so that a rule on tools refuses no prompt. `has(mcp.tool)` is false either way. */
  | 'lenient'

/** Values of the variables of a rule, made when a condition asks for them. */
export class Bindings {
  readonly #question: Question
  readonly #caller: Caller
  readonly #reading: Reading

  constructor(question: Question, caller: Caller, reading: Reading) {
    this.#question = question
    this.#caller = caller
    this.#reading = reading
  }

  get principal(): CelMap {
    return this.#caller.person?.principalMap ?? NOTHING
  }

  get jwt(): CelMap {
    return this.#caller.person?.jwtMap ?? NOTHING
  }

  get request(): CelMap {
    return this.#caller.request
  }

  get source(): CelMap {
    return this.#caller.source
  }

  get mcp(): CelMap {
    const { method, kind, name, arguments: given } = this.#question
    const own = kind === undefined ? [] : [[kind, thing(kind, name!, given)] as const]
    if (this.#reading === 'strict') return mapOf([['method', method], ...own])
    return mapOf(
      [['method', method], ...EMPTY, ...own],
      KINDS.filter(other => other !== kind)
    )
  }
}

const KINDS: readonly Kind[] = ['tool', 'prompt', 'resource', 'task']

/** What the name of each kind is called. */
const NAMED = { tool: 'name', prompt: 'name', resource: 'uri', task: 'id' } as const

const thing = (kind: Kind, name: string, given: unknown): CelMap => {
  const named = [NAMED[kind], name] as const
  return mapOf(kind === 'tool' ? [named, ['arguments', celOf(given ?? {})]] : [named])
}

const NOTHING = celMap(new Map())
const EMPTY = KINDS.map(kind => [kind, thing(kind, '', undefined)] as const)
