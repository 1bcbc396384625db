import type { Exchange, Filter, PluginContext, Principal, Reply } from '@sluice/plugin-api'
import { refusals } from './codes.ts'
import { holderOf } from './holder.ts'

/** What the MCP SDK's servers answer for a session that they do not know. */
const SESSION_NOT_FOUND = -32001
const FIELD = 'mcp-session-id'

/**
 * Makes the filter of an entry. A client gets the upstream's session id sealed for the one who began the session and for
 * the route; the upstream sees its own id, or none.
 *
 * @throws Error where there is no key to seal with
 */
export function createSessionBinding(ctx: PluginContext): Filter {
  const { route, sealing } = ctx
  if (sealing === undefined) {
    throw new Error('there is no key to seal sessions with: set sealing.keys, the same on all replicas')
  }
  const principalOf = ctx.fact<Principal>('principal')
  const holder = (x: Exchange): string => holderOf(principalOf.get(x), route.name)
  /** The upstream's id of the session that a request has proven to be its sender's. */
  const sessions = ctx.perExchange<string>()
  return {
    onRequest(x) {
      const sealed = sessionIdOf(x)
      if (sealed === undefined) return undefined
      const id = sealing.open(sealed, holder(x))
      if (id === undefined) return unknown
      sessions.set(x, id)
      return undefined
    },
    onUpstream(head, x) {
      const id = sessions.get(x)
      for (const name of spellingsOf(x)) head.delete(name)
      if (id === undefined) head.delete('last-event-id')
      else head.set(FIELD, id)
      return undefined
    },
    onResponse(head, x) {
      if (head.source !== 'upstream') return
      const id = head.get(FIELD)
      if (id !== undefined) head.set(FIELD, sealing.seal(id, holder(x)))
    }
  }
}

const sessionIdOf = (x: Exchange): string | undefined => {
  const value = x.headers[FIELD]
  return Array.isArray(value) ? value.join() : value
}

/** How the field is spelled in a request. Servers that read `_` as `-` would take `Mcp_Session_Id` for a session, too. */
const spellingsOf = ({ rawHeaders }: Exchange): readonly string[] => {
  const names: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === FIELD.length && name.toLowerCase().replaceAll(/[^a-z]/g, '-') === FIELD) names.push(name)
  }
  return names
}

const unknown: Reply = (() => {
  const { status, meaning, fix } = refusals.SLUICE_SESSION_UNKNOWN
  const reason = `${meaning} ${fix}`
  return Object.freeze({
    status,
    code: 'SLUICE_SESSION_UNKNOWN',
    reason,
    rpc: { code: SESSION_NOT_FOUND, message: 'Session not found' }
  })
})()
