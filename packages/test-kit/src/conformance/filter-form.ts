import type { Filter } from '@sluice/plugin-api'
import { BreachList } from './breach.ts'
import { methodFaults } from './messages.ts'

const MEMBERS: Readonly<Record<keyof Filter, 'function' | 'object'>> = {
  endpoints: 'object',
  mcp: 'object',
  onStart: 'function',
  onRequest: 'function',
  onMcpRequest: 'function',
  onUpstream: 'function',
  onResponse: 'function',
  onMcpResult: 'function',
  onFinish: 'function',
  onClose: 'function'
}
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const MEDIA_TYPE = /^[!#$&^_.+0-9A-Za-z-]+\/[!#$&^_.+0-9A-Za-z-]+$/

/** Checks what `create` made. Gives the filter, unless the core would have no use for it. */
export const checkFilter = (made: unknown, breaches: BreachList): Filter | undefined => {
  const own = new BreachList()
  if (typeof made === 'object' && made !== null) checkMembers(made as Readonly<Record<string, unknown>>, own)
  else own.add('filter', 'create returned no object')
  for (const { check, message } of own.all) breaches.add(check, message)
  return own.all.length === 0 ? (made as Filter) : undefined
}

const checkMembers = (filter: Readonly<Record<string, unknown>>, breaches: BreachList): void => {
  for (const [name, type] of Object.entries(MEMBERS)) {
    // oxlint-disable-next-line valid-typeof -- the types of the table
    if (filter[name] !== undefined && typeof filter[name] !== type) breaches.add('filter', `${name} is no ${type}`)
  }
  for (const name of Object.keys(filter)) {
    if (name.startsWith('on') && !(name in MEMBERS)) breaches.add('filter', `there is no hook ${name}`)
  }
  for (const fault of methodFaults(filter)) breaches.add('filter', fault)
  if (filter['endpoints'] !== undefined) checkEndpoints(filter['endpoints'], breaches)
}

const checkEndpoints = (endpoints: unknown, breaches: BreachList): void => {
  if (!Array.isArray(endpoints)) return breaches.add('filter', 'endpoints is no list')
  for (const endpoint of endpoints as unknown[]) checkEndpoint(endpoint, breaches)
}

const checkEndpoint = (endpoint: unknown, breaches: BreachList): void => {
  const { methods, path, handle, writeRefusal, cors, whenSole, body } = (endpoint ?? {}) as Record<string, unknown>
  const wrong = (message: string): void => breaches.add('filter', `endpoint ${String(path)}: ${message}`)
  if (typeof path !== 'string' || !path.startsWith('/') || /[?#\s]/.test(path))
    wrong('path must begin with / and have no query')
  if (!Array.isArray(methods) || methods.length === 0 || !methods.every(isMethod))
    wrong('methods must list HTTP methods')
  // A GET that does something, such as using up a code, has none: whoever only looks must not set it off.
  else if (cors === 'any' && methods.includes('GET') && !methods.includes('HEAD'))
    wrong('a document that is open to every origin must have HEAD beside GET (RFC 9110 section 9.1)')
  if (typeof handle !== 'function') wrong('handle must be a function')
  if (writeRefusal !== undefined && typeof writeRefusal !== 'function') wrong('writeRefusal must be a function')
  if (cors !== undefined && cors !== 'any') wrong('cors can only be any')
  if (whenSole !== undefined && whenSole !== true) wrong('whenSole can only be true')
  if (body !== undefined) checkBody(body, wrong)
}

const checkBody = (body: unknown, wrong: (message: string) => void): void => {
  const { types, maxBytes } = (body ?? {}) as Record<string, unknown>
  if (!Array.isArray(types) || types.length === 0 || !types.every(isMediaType))
    wrong('body.types must list media types')
  if (!Number.isSafeInteger(maxBytes) || (maxBytes as number) <= 0) wrong('body.maxBytes must be a number of bytes')
}

const isMethod = (method: unknown): boolean =>
  typeof method === 'string' && TOKEN.test(method) && method === method.toUpperCase()

const isMediaType = (type: unknown): boolean => typeof type === 'string' && MEDIA_TYPE.test(type)
