import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import {
  chainEntries,
  createGateway,
  type EntrySettings,
  type FilterConfig,
  issueOf,
  type LoadedConfig
} from '@sluice/core'
import type { Decision, Filter, Plugin, Principal } from '@sluice/plugin-api'
import { CaseFault, type CaseFile, type Kind, type PolicyCase } from './case-file.ts'

/** What came of a case. */
export interface Ruling {
  /** `error` where it was not the policies that refused, but the gateway, or something that went wrong. */
  readonly decision: 'allow' | 'deny' | 'error'
  readonly listed: boolean
  /** Id or place in its list of the rule that decided, and where it stands in the file. */
  readonly rule: string | undefined
  readonly place: string | undefined
  readonly code: string | undefined
}

/** Filters that decide by who calls what; the others of a chain have no part in a rehearsal. */
const DECIDING = new Set(['scope', 'authz'])

const METHODS = {
  tool: ['tools/call', 'name', 'tools/list', 'tools'],
  prompt: ['prompts/get', 'name', 'prompts/list', 'prompts'],
  resource: ['resources/read', 'uri', 'resources/list', 'resources']
} as const satisfies Record<Kind, readonly string[]>

/**
 * A gateway on this machine with the policies of a configuration, behind which everything exists: cases go the way that
 * calls go. Who calls is told by the case, not by a token.
 */
export class Rehearsal {
  readonly #entries: ReadonlyMap<string, EntrySettings>
  readonly #config: LoadedConfig
  readonly #callers: CaseFile['callers']
  readonly #decisions = new Map<string, readonly Decision[]>()
  readonly #routes: readonly string[]
  #origin = ''
  #close: () => Promise<void> = async () => {}
  #next = 0

  /** @throws CaseFault for a route that does not exist, or none where there are several */
  constructor(config: LoadedConfig, { callers, cases }: CaseFile) {
    const { settings } = config
    this.#config = config
    this.#callers = callers
    this.#routes = settings.routes.map(({ name }) => name)
    for (const one of cases) this.#routeOf(one)
    this.#entries = new Map(
      settings.routes.flatMap(route =>
        decidingOf(config, route.name).map((entry, i) => [`${route.name}/p${i}`, entry] as const)
      )
    )
  }

  async start(): Promise<void> {
    const upstream = await listen(everything())
    const deciding = new Map(Array.from(this.#entries.values(), ({ plugin }) => [plugin.name, plugin]))
    const gateway = createGateway(
      {
        publicUrl: 'http://127.0.0.1',
        listen: { host: '127.0.0.1', port: 0 },
        admin: { host: '127.0.0.1', port: 0 },
        shutdown: { grace: '0s' },
        routes: this.#routes.map((name, i) => ({
          name,
          path: `/${i}`,
          upstream: upstream.url,
          filters: [{ rehearsal: {} }, ...decidingOf(this.#config, name).map(rehearsed)]
        }))
      },
      { plugins: [this.#stage(), ...deciding.values()], inEveryChain: [] }
    )
    this.#origin = (await gateway.start()).url
    this.#close = async () => {
      await gateway.close()
      upstream.server.closeAllConnections()
      upstream.server.close()
    }
  }

  close(): Promise<void> {
    return this.#close()
  }

  async play(one: PolicyCase): Promise<Ruling> {
    const [method, named, list, member] = METHODS[one.kind]
    const asked = await this.#send(one, method, {
      [named]: one.name,
      ...(one.kind === 'tool' && { arguments: one.arguments })
    })
    const listing = await this.#send(one, list, { cursor: one.name })
    const items = (listing.answer as { readonly result?: Readonly<Record<string, readonly unknown[]>> }).result?.[
      member
    ]
    const fault = [...asked.decisions, ...listing.decisions].find(decision => this.#isFault(decision))
    const refused = fault ?? asked.decisions.find(isRefusal)
    const deciding = refused ?? asked.decisions.at(-1)
    return {
      decision: fault !== undefined ? 'error' : refused === undefined ? 'allow' : 'deny',
      listed: (items ?? []).length > 0,
      rule: deciding?.rule,
      place: deciding && this.#placeOf(deciding),
      code: refused?.code
    }
  }

  /** What refused is none of the policies, or one that failed. */
  #isFault(decision: Decision): boolean {
    return decision.outcome === 'error' || (isRefusal(decision) && !this.#entries.has(decision.filter))
  }

  async #send(one: PolicyCase, method: string, params: object) {
    const id = String(this.#next++)
    const response = await fetch(`${this.#origin}/${this.#routeOf(one)}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-case': id,
        ...(one.who !== undefined && { 'x-caller': encodeURIComponent(one.who) })
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    })
    const answer: unknown = await response.json()
    const decisions = this.#decisions.get(id) ?? []
    this.#decisions.delete(id)
    return { answer, decisions }
  }

  #routeOf({ route, place }: PolicyCase): number {
    if (route === undefined && this.#routes.length === 1) return 0
    const index = this.#routes.indexOf(route ?? '')
    const fault = route === undefined ? 'name a route' : `there is no route ${route}`
    if (index === -1) throw new CaseFault(`${place}: ${fault}; there are ${this.#routes.join(', ')}`)
    return index
  }

  /** Where a rule stands in the configuration's file. */
  #placeOf({ filter, rule }: Decision): string | undefined {
    const entry = this.#entries.get(filter)
    if (entry === undefined) return undefined
    const { rules = [] } = entry.config as { readonly rules?: readonly { readonly id?: string }[] }
    const index = rules.findIndex(({ id }, i) => rule === (id ?? `rules[${i}]`))
    const path = index === -1 ? entry.path : [...entry.path, 'rules', index]
    const { file, line, column } = issueOf(this.#config.source, { path, message: '', advice: '' })
    return file === undefined ? undefined : `${file}:${line}:${column}`
  }

  /** Stands in for the filter that finds out who calls, and notes what the others decide. */
  #stage(): Plugin {
    const [callers, noted] = [this.#callers, this.#decisions]
    return {
      name: 'rehearsal',
      version: '1.0.0',
      api: 1,
      configSchema: {},
      provides: ['principal'],
      create(_config, ctx): Filter {
        const principal = ctx.fact<Principal>('principal')
        return {
          onRequest(x) {
            const caller = callers.get(decodeURIComponent(String(x.headers['x-caller'] ?? '')))
            if (caller !== undefined) principal.set(x, caller)
            return undefined
          },
          onResponse: (_head, x) => void noted.set(String(x.headers['x-case']), x.decisions)
        }
      }
    }
  }
}

const isRefusal = ({ outcome }: Decision): boolean => outcome !== 'allow'

const decidingOf = (config: LoadedConfig, route: string): readonly EntrySettings[] => {
  const { settings } = config
  const { filters } = settings.routes.find(({ name }) => name === route)!
  return chainEntries(settings, filters).filter(({ plugin }) => DECIDING.has(plugin.name))
}

/** Groups are those that the case says: nobody is asked for them. */
const rehearsed = ({ plugin, config }: EntrySettings, index: number): FilterConfig => {
  const { groups: _groups, ...keys } = config as Readonly<Record<string, unknown>>
  return { [plugin.name]: { ...keys, id: `p${index}` } }
}

/** A server that has whatever is asked for: a list has the one item that its cursor names. */
const everything = (): Server =>
  createServer((req, res) => {
    void json(req).then(body => {
      const { id, method, params } = body as {
        readonly id: unknown
        readonly method: string
        readonly params: { cursor?: string }
      }
      const [, named, , member] = Object.values(METHODS).find(([, , list]) => list === method) ?? []
      const result = named === undefined ? { content: [] } : { [member]: [{ [named]: params.cursor }] }
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    })
  })

const listen = async (server: Server): Promise<{ readonly server: Server; readonly url: string }> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as { readonly port: number }).port}` }
}
