import type { Principal } from '@sluice/plugin-api'
import { isMap, LineCounter, parseDocument } from 'yaml'
import { readNamedFile } from '../named-file.ts'
import { plainValue } from '../plain-value.ts'

/** One row of the table: who, what, and what is to come of it. */
export interface PolicyCase {
  /** `FILE:LINE`. */
  readonly place: string
  readonly route: string | undefined
  /** Name of a caller; `undefined` for who is not signed in. */
  readonly who: string | undefined
  readonly kind: Kind
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly expect: 'allow' | 'deny'
  /** Whether lists show it; not looked at if it is not said. */
  readonly listed: boolean | undefined
  /** Id or place of the rule that decides; not looked at if it is not said. */
  readonly rule: string | undefined
}

export type Kind = 'tool' | 'prompt' | 'resource'

/** A table of cases. */
export interface CaseFile {
  readonly callers: ReadonlyMap<string, Principal>
  readonly cases: readonly PolicyCase[]
}

/** What is wrong with a table of cases. */
export class CaseFault extends Error {
  override name = 'CaseFault'
}

type Json = Readonly<Record<string, unknown>>

const KINDS: readonly Kind[] = ['tool', 'prompt', 'resource']
const CASE_KEYS = ['route', 'who', ...KINDS, 'arguments', 'expect', 'listed', 'rule']

/** Reads a table of cases. @throws CaseFault with file and line; UsageError where it cannot be read */
export const readCases = (file: string): CaseFile => {
  const lines = new LineCounter()
  const document = parseDocument(readNamedFile(file), { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new CaseFault(`${file}:${line}:${col}: ${error.message}`)
  }
  const placeOf = (...path: readonly (string | number)[]): string => {
    const node = document.getIn(path, true) as { readonly range?: readonly [number] } | undefined
    return `${file}:${lines.linePos(node?.range?.[0] ?? 0).line}`
  }
  const value = (
    isMap(document.contents) ? plainValue(document, message => new CaseFault(`${file}: ${message}`)) : {}
  ) as {
    readonly callers?: unknown
    readonly cases?: unknown
  }
  if (!Array.isArray(value.cases)) throw new CaseFault(`${file}: a list of cases belongs here, under the key cases`)
  if (value.cases.length === 0) throw new CaseFault(`${placeOf('cases')}: there is no case, so that nothing is tested`)
  const named = mapAt(value.callers ?? {}, placeOf('callers'))
  const faults: string[] = []
  /** What is wrong with one of them is told with what is wrong with the others. */
  const readEach = <T>(read: () => T): T[] => {
    try {
      return [read()]
    } catch (fault) {
      if (!(fault instanceof CaseFault)) throw fault
      faults.push(fault.message)
      return []
    }
  }
  const callers = new Map(
    Object.entries(named).flatMap(([name, caller]) =>
      readEach(() => [name, readCaller(caller, placeOf('callers', name))] as const)
    )
  )
  const cases = value.cases.flatMap((one, i) => readEach(() => readCase(one, placeOf('cases', i), named)))
  if (faults.length > 0) throw new CaseFault(faults.join('\n'))
  return { callers, cases }
}

const readCase = (value: unknown, place: string, callers: Json): PolicyCase => {
  const one = mapAt(value, place, CASE_KEYS)
  const kinds = KINDS.filter(kind => one[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) throw new CaseFault(`${place}: name one tool, prompt or resource`)
  const text = (key: string): string | undefined => {
    const found = one[key]
    if (found === undefined || typeof found === 'string') return found
    throw new CaseFault(`${place}: ${key} is text; put quotes around it`)
  }
  const [who, expect] = [text('who'), text('expect')]
  const { listed } = one
  if (expect !== 'allow' && expect !== 'deny') throw new CaseFault(`${place}: expect is allow or deny`)
  if (listed !== undefined && typeof listed !== 'boolean') throw new CaseFault(`${place}: listed is true or false`)
  if (who !== undefined && !Object.hasOwn(callers, who)) throw new CaseFault(`${place}: there is no caller ${who}`)
  return {
    place,
    route: text('route'),
    who,
    kind,
    name: text(kind) ?? '',
    arguments: mapAt(one['arguments'] ?? {}, `${place}: arguments`),
    expect,
    listed,
    rule: text('rule')
  }
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(one => typeof one === 'string')
const TEXT = { holds: (value: unknown) => typeof value === 'string', wants: 'text; put quotes around it' }
const TEXTS = { holds: isTexts, wants: 'a list of texts' }
const PRINCIPALS: readonly unknown[] = ['user', 'app', 'agent', 'agent-user'] satisfies Principal['kind'][]

/** What each key of a caller takes. */
const CALLER_VALUES = {
  kind: { holds: (value: unknown) => PRINCIPALS.includes(value), wants: `one of ${PRINCIPALS.join(', ')}` },
  tenantId: TEXT,
  objectId: TEXT,
  clientId: TEXT,
  scopes: TEXTS,
  roles: TEXTS,
  groups: { holds: (value: unknown) => value === 'unknown' || isTexts(value), wants: 'a list of texts, or unknown' },
  claims: { holds: (value: unknown) => isJson(value), wants: 'a map' }
}

/** Someone whose token says as little as it can: `groups: unknown` for more groups than it lists. */
const readCaller = (value: unknown, place: string): Principal => {
  const found = mapAt(value, place, Object.keys(CALLER_VALUES))
  for (const [key, { holds, wants }] of Object.entries(CALLER_VALUES)) {
    if (found[key] !== undefined && !holds(found[key])) throw new CaseFault(`${place}: ${key} is ${wants}`)
  }
  const { groups, ...caller } = found as Partial<Omit<Principal, 'groups'>> & { groups?: unknown }
  return {
    tenantId: 'tenant',
    objectId: 'object',
    clientId: 'client',
    kind: 'user',
    name: '',
    scopes: [],
    roles: [],
    expiresAt: Number.MAX_SAFE_INTEGER,
    claims: {},
    ...caller,
    ...lowerCased(caller),
    groups: groups === 'unknown' ? undefined : ((groups ?? []) as readonly string[])
  }
}

/** As jwt-entra has ids, in whatever case the file does. */
const lowerCased = ({ tenantId, objectId, clientId }: Partial<Principal>): Partial<Principal> =>
  Object.fromEntries(
    Object.entries({ tenantId, objectId, clientId }).flatMap(([name, id]) =>
      typeof id === 'string' ? [[name, id.toLowerCase()]] : []
    )
  )

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const mapAt = (value: unknown, place: string, keys?: readonly string[]): Json => {
  if (!isJson(value)) throw new CaseFault(`${place}: a map belongs here`)
  const unknown = keys && Object.keys(value).find(key => !keys.includes(key))
  if (keys !== undefined && unknown !== undefined)
    throw new CaseFault(`${place}: unknown key "${unknown}"; known: ${keys.join(', ')}`)
  return value
}
