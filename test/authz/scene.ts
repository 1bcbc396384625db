import { text } from 'node:stream/consumers'
import authz from '@sluice/plugin-authz'
import { createGateway } from '@sluice/core'
import { definePlugin, type Decision, type Principal } from '@sluice/plugin-api'
import type { Test } from 'tap'
import { META } from '../mcp/table/messages.ts'
import { recordingLog } from '../support/log.ts'
import { upstream } from '../support/upstream.ts'
import { callers, cases } from './cases.ts'

/** Says who is calling as the test wants it. */
const whoCalls = definePlugin({
  name: 'who',
  version: '1.0.0',
  api: 1,
  configSchema: {},
  provides: ['principal'],
  create(_config, ctx) {
    const principal = ctx.fact<Principal>('principal')
    return {
      onRequest(x) {
        const who = callers[String(x.headers['x-who'])]
        if (who !== undefined) principal.set(x, who)
        return undefined
      }
    }
  }
})

/** Notes every decision. */
const notes = (decisions: Decision[]) =>
  definePlugin({
    name: 'notes',
    version: '1.0.0',
    api: 1,
    configSchema: {},
    create: () => ({ onFinish: (_end, x) => void decisions.push(...x.decisions) })
  })

export type Revision = '2025-06-18' | '2025-11-25' | '2026-07-28'
export type Form = 'json' | 'events'

/** How a message goes, and how its answer comes. */
export interface Way {
  readonly revision: Revision
  readonly form: Form
}

/** Members of lists, and by what their items are called. */
const MEMBERS = {
  tool: ['tools/list', 'tools', 'name'],
  prompt: ['prompts/list', 'prompts', 'name'],
  resource: ['resources/list', 'resources', 'uri'],
  template: ['resources/templates/list', 'resourceTemplates', 'uriTemplate']
} as const

export type ListKind = keyof typeof MEMBERS

const listOf = (kind: ListKind): object => {
  const [, member, named] = MEMBERS[kind]
  const names = new Set(cases.filter(one => one.kind === kind).map(({ name }) => name))
  return {
    [member]: Array.from(names, name => ({ [named]: name, title: `Title of ${name}`, 'x-own': { n: 1 } })),
    nextCursor: 'more',
    ttlMs: 5,
    'x-unknown': [1]
  }
}

const LISTED: Readonly<Record<string, object>> = Object.fromEntries(
  (Object.keys(MEMBERS) as ListKind[]).map(kind => [MEMBERS[kind][0], listOf(kind)])
)

interface Message {
  readonly id?: unknown
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
}

/** A gateway with the policy, and an MCP server behind it that has everything. */
export interface Scene {
  /** Methods of what the server was asked, oldest first. */
  readonly asked: string[]
  readonly decisions: Decision[]
  send(
    who: string,
    message: object,
    way: Way
  ): Promise<{ readonly status: number; readonly code: string | null; readonly answer: Answered }>
  /** The lists, as they come on an event stream whose requests nobody saw. */
  replay(who: string): Promise<readonly Answered[]>
}

export interface Answered {
  readonly id?: unknown
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Starts the scene with some keys of authz. */
export const scene = async (t: Test, config: object): Promise<Scene> => {
  const asked: string[] = []
  const decisions: Decision[] = []
  const { url } = await upstream(t, (req, res) => {
    void text(req).then(body => {
      if (req.method === 'GET') {
        res.writeHead(200, { 'content-type': 'text/event-stream' })
        return res.end(
          Object.values(LISTED)
            .map((result, id) => event({ jsonrpc: '2.0', id, result }))
            .join('')
        )
      }
      const { id, method = '' } = JSON.parse(body) as Message
      asked.push(method)
      const answer = { jsonrpc: '2.0', id, result: LISTED[method] ?? { content: [] } }
      const events = req.headers['x-form'] === 'events'
      res.writeHead(200, { 'content-type': events ? 'text/event-stream' : 'application/json' })
      return res.end(events ? event(answer) : JSON.stringify(answer))
    })
  })
  const gateway = createGateway(
    {
      publicUrl: 'https://mcp.contoso.example',
      listen: { port: 0 },
      admin: { port: 0 },
      shutdown: { grace: '0s' },
      routes: [{ name: 'demo', path: '/mcp', upstream: url, filters: [{ notes: {} }, { who: {} }, { authz: config }] }]
    },
    { plugins: [whoCalls, notes(decisions), authz], log: recordingLog().log }
  )
  t.teardown(() => gateway.close())
  const { url: origin } = await gateway.start()
  return {
    asked,
    decisions,
    async send(who, message, { revision, form }) {
      const { method = '', params } = message as Message
      const modern = revision === '2026-07-28'
      const body = modern ? { ...message, params: { ...params, _meta: META } } : message
      const name = params?.['name'] ?? params?.['uri']
      const response = await fetch(`${origin}/mcp`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          'mcp-protocol-version': revision,
          'x-who': who,
          'x-form': form,
          ...(modern && { 'mcp-method': method, ...(typeof name === 'string' && { 'mcp-name': asField(name) }) })
        }
      })
      const code = response.headers.get('x-sluice-error')
      return { status: response.status, code, answer: messagesIn(await response.text())[0]! }
    },
    async replay(who) {
      const response = await fetch(`${origin}/mcp`, {
        headers: { accept: 'text/event-stream', 'last-event-id': '7', 'x-who': who }
      })
      return messagesIn(await response.text())
    }
  }
}

const event = (message: object): string => `id: 1\nevent: message\ndata: ${JSON.stringify(message)}\n\n`

const messagesIn = (body: string): readonly Answered[] =>
  body.startsWith('{')
    ? [JSON.parse(body) as Answered]
    : body.split('\n').flatMap(line => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as Answered] : []))

/** A field of revision 2026-07-28. */
const asField = (name: string): string =>
  /^[\x21-\x7e]+$/.test(name) ? name : `=?base64?${Buffer.from(name).toString('base64')}?=`

/** Names in a list. */
export const namesIn = (kind: ListKind, { result }: Answered): readonly unknown[] =>
  ((result?.[MEMBERS[kind][1]] ?? []) as Record<string, unknown>[]).map(item => item[MEMBERS[kind][2]])

/** The result of a list without its items. */
export const besidesItems = (kind: ListKind, { result }: Answered): object => {
  const { [MEMBERS[kind][1]]: _items, ...others } = result ?? {}
  return others
}

export const listMethod = (kind: ListKind): string => MEMBERS[kind][0]
