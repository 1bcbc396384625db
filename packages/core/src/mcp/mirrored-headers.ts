import type { Message } from './message.ts'
import type { Messages } from './messages.ts'
import { asServersRead } from '../http/field-names.ts'
import { eachArgument } from './arguments.ts'
import { decoded, valuesOf } from './field-value.ts'

/** The first revision whose requests say in header fields what stands in their body. */
const FIRST = '2026-07-28'
/** Methods whose target `Mcp-Name` repeats; those of tasks by their extension. */
const NAMED = new Set(['tools/call', 'prompts/get', 'resources/read', 'tasks/get', 'tasks/update', 'tasks/cancel'])

/** The fields of a request that repeat a part of its body. */
export interface MirroredHeaders {
  readonly version: string | undefined
  readonly method: string | undefined
  readonly name: string | undefined
  /** Values of all `Mcp-Param-*`. */
  readonly params: readonly string[]
  /** A field of them that stands twice, or under a name that some servers read as one of theirs. */
  readonly ambiguous: string | undefined
}

/** `mcp-name`, the shortest of them. */
const LEAST = 8
const LETTER_M = 109

/** Finds the fields. CGI-like servers read `_`, and some any sign, as `-`: a second spelling could name another tool to them. */
export const mirroredHeaders = (rawHeaders: readonly string[]): MirroredHeaders => {
  let version: string | undefined
  let method: string | undefined
  let name: string | undefined
  let params: string[] | undefined
  let ambiguous: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const field = rawHeaders[i]!
    if (field.length < LEAST || (field.charCodeAt(0) | 32) !== LETTER_M) continue
    const lower = field.toLowerCase()
    // What follows the prefix of a parameter is the tool's own, and may have any sign.
    const own = lower.startsWith(PARAM)
    const read = own ? PARAM : asServersRead(lower)
    const value = rawHeaders[i + 1]!
    let twice = false
    if (own) {
      twice = holds(rawHeaders, lower, i)
      params ??= []
      params.push(value)
    } else if (read === 'mcp-protocol-version') {
      twice = version !== undefined
      version = value
    } else if (read === 'mcp-method') {
      twice = method !== undefined
      method = value
    } else if (read === 'mcp-name') {
      twice = name !== undefined
      name = value
    } else if (!read.startsWith(PARAM)) continue
    if (twice || (!own && lower !== read)) ambiguous = field
  }
  return { version, method, name, params: params ?? NO_PARAMS, ambiguous }
}

/** Fields that repeat an argument. */
export const PARAM = 'mcp-param-'
const NO_PARAMS: readonly string[] = []

const holds = (rawHeaders: readonly string[], lower: string, before: number): boolean =>
  rawHeaders.some((name, i) => i < before && i % 2 === 0 && name.toLowerCase() === lower)

/**
 * What does not agree between the fields and the body (2026-07-28, Streamable HTTP, Server Validation), in words; none if
 * all does. Where the revision wants a field it must be there, whether the body or the field alone says the revision; a
 * field that is there must be right in any revision.
 */
export const headerMismatch = (headers: MirroredHeaders, { batch, all }: Messages): string | undefined => {
  const { version, method, name, ambiguous } = headers
  if (ambiguous !== undefined) return `the field ${ambiguous} can be read in two ways`
  const [message] = all
  if (batch || message === undefined || message.kind === 'response') {
    const none = method === undefined && name === undefined && headers.params.length === 0
    return none ? undefined : 'a batch or an answer has no Mcp-Method, no Mcp-Name and no Mcp-Param'
  }
  const required = message.kind === 'request' && (message.protocolVersion ?? '') >= FIRST
  return (
    disagreement('MCP-Protocol-Version', version, message.ownVersion, required) ??
    disagreement('Mcp-Method', method, message.method, required) ??
    nameMismatch(message, name, required) ??
    paramMismatch(message, headers.params)
  )
}

const disagreement = (
  field: string,
  value: string | undefined,
  inBody: string | undefined,
  required: boolean
): string | undefined => {
  if (value === undefined) return required ? `the field ${field} is missing` : undefined
  return inBody === undefined || value === inBody ? undefined : `${field} is not what the body says`
}

const nameMismatch = (message: Message, name: string | undefined, required: boolean): string | undefined => {
  const { target } = message
  if (name === undefined)
    return required && target !== undefined && NAMED.has(message.method) ? 'the field Mcp-Name is missing' : undefined
  return decoded(name) === target ? undefined : 'Mcp-Name is not what the body says'
}

/**
 * Which argument a field repeats stands in the tool's schema, which the gateway does not know: the value must be that of
 * some argument.
 */
const paramMismatch = (message: Message, values: readonly string[]): string | undefined => {
  if (values.length === 0) return undefined
  const given = new Set<string>()
  eachArgument(message.params, value => given.add(value))
  const foreign = values.some(field => !valuesOf(field).some(value => given.has(value)))
  return foreign ? 'an Mcp-Param field is not what the body says' : undefined
}
