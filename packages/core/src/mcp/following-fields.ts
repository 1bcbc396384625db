import type { HeaderEdit } from '@sluice/plugin-api'
import { argumentAt, argumentsOf } from './arguments.ts'
import { decoded, encoded, says } from './field-value.ts'
import type { Message } from './message.ts'
import { PARAM } from './mirrored-headers.ts'

/**
 * Lets the fields that repeat a message follow what filters made of it. One whose value cannot be told is left out: a
 * server that wants it refuses the message, and none reads two things.
 */
export const followChanges = (message: Message, rawHeaders: readonly string[], head: HeaderEdit): void => {
  follow(head, 'mcp-name', message.target)
  if (message.bodyVersion !== undefined) follow(head, 'mcp-protocol-version', message.bodyVersion)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.toLowerCase().startsWith(PARAM)) followArgument(message, name, head)
  }
}

const followArgument = (message: Message, name: string, head: HeaderEdit): void => {
  const field = decoded(head.get(name) ?? '')
  const repeated = argumentsOf(message.rawParams).filter(({ value }) => field !== undefined && says(field, value))
  // None: a filter has written the field itself.
  if (repeated.length === 0) return
  const suffix = name.slice(PARAM.length).toLowerCase()
  const namesakes = repeated.filter(({ path }) => path.at(-1)?.toLowerCase() === suffix)
  const values = new Set(
    (namesakes.length > 0 ? namesakes : repeated).map(({ path }) => argumentAt(message.params, path))
  )
  const [value] = values
  if (values.size > 1) head.delete(name)
  else if (value === undefined || !says(field!, value)) follow(head, name, value)
}

const follow = (head: HeaderEdit, name: string, value: string | undefined): void => {
  if (head.get(name) === undefined) return
  if (value === undefined) head.delete(name)
  else if (decoded(head.get(name)!) !== value) head.set(name, encoded(value))
}
