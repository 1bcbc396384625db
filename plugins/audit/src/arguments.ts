import { ConfigFault, type McpRequest, type PluginContext } from '@sluice/plugin-api'
import type { AuditConfig } from './config.ts'
import { hideCredentials } from './credentials.ts'
import { asciiJson } from './json-text.ts'
import { parsePointer, redacted } from './redaction.ts'

/** Fields of a record about the arguments of a message, after a comma; empty if there are none. */
export type ArgumentFields = (message: McpRequest) => string

/** @throws ConfigFault where digests are asked for and there is no key for them */
export const argumentFields = (
  config: Pick<AuditConfig, 'arguments' | 'redact'>,
  { sealing }: Pick<PluginContext, 'sealing'>
): ArgumentFields => {
  const paths = config.redact.map(parsePointer)
  if (config.arguments === 'none') return nothing
  const text = (message: McpRequest): string | undefined => {
    const value = argumentsOf(message)
    return value === undefined ? undefined : asciiJson(JSON.stringify(redacted(value, paths), hideCredentials))
  }
  if (config.arguments === 'full') {
    return message => {
      const json = text(message)
      return json === undefined ? '' : `,"arguments":${json}`
    }
  }
  if (sealing === undefined)
    throw new ConfigFault(
      ['arguments'],
      'there is no key to make digests with: set sealing.keys, the same on all replicas'
    )
  return message => {
    const json = text(message)
    return json === undefined ? '' : `,"digest":"${sealing.digest(json)}"`
  }
}

const nothing = (): string => ''

/** Of a tool or prompt its arguments; of what is named by its URI or id, that. Nothing of `_meta`, which is the client's own. */
const argumentsOf = ({ method, params, target }: McpRequest): unknown => {
  if (params['arguments'] !== undefined) return params['arguments']
  return target === undefined || isNamed(method) ? undefined : { target }
}

/** Whether the target of a method is the name of a tool or prompt, and no argument. */
export const isNamed = (method: string): boolean => method === 'tools/call' || method === 'prompts/get'
