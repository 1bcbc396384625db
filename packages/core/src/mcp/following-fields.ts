import type { HeaderEdit } from '@sluice/plugin-api'
import { argumentAt, eachArgument } from './arguments.ts'
import { decoded, encoded, valuesOf } from './field-value.ts'
import type { Message } from './message.ts'
import { PARAM } from './mirrored-headers.ts'

/**
 * Lets the fields that repeat a message follow what filters made of it. One whose value cannot be told is left out: a
 * server that wants it refuses the message, and none reads two things.
 */
export const followChanges = (message: Message, rawHeaders: readonly string[], head: HeaderEdit): void => {
  follow(head, 'mcp-name', message.target)
  if (message.bodyVersion !== undefined) follow(head, 'mcp-protocol-version', message.bodyVersion)
  const names = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase().startsWith(PARAM))
  if (names.length > 0) followArguments(message, names, head)
}

/** A field, and where the arguments stand that it may repeat. */
interface Repeating {
  readonly name: string
  readonly paths: (readonly string[])[]
}

/** Arguments of one value among which no field is looked for. */
const MOST = 100

const followArguments = (message: Message, names: readonly string[], head: HeaderEdit): void => {
  const fields = names.map((name): Repeating => ({ name, paths: [] }))
  const byValue = new Map<string, Repeating[]>()
  for (const field of fields) {
    for (const value of valuesOf(head.get(field.name))) byValue.set(value, [...(byValue.get(value) ?? []), field])
  }
  eachArgument(message.rawParams, (value, path) => {
    for (const { paths } of byValue.get(value) ?? []) if (paths.length <= MOST) paths.push([...path])
  })
  for (const field of fields) followArgument(message, field, head)
}

const followArgument = ({ params }: Message, { name, paths }: Repeating, head: HeaderEdit): void => {
  // None: a filter has written the field itself.
  if (paths.length === 0) return
  const suffix = name.slice(PARAM.length).toLowerCase()
  const namesakes = paths.filter(path => path.at(-1)?.toLowerCase() === suffix)
  const values = new Set((namesakes.length > 0 ? namesakes : paths).map(path => argumentAt(params, path)))
  const [value] = values
  if (values.size > 1 || paths.length > MOST) head.delete(name)
  else if (value === undefined || !valuesOf(head.get(name)).includes(value)) follow(head, name, value)
}

const follow = (head: HeaderEdit, name: string, value: string | undefined): void => {
  const field = head.get(name)
  if (field === undefined) return
  if (value === undefined) head.delete(name)
  else if (decoded(field) !== value) head.set(name, encoded(value))
}
