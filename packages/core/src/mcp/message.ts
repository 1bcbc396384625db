import type { JsonRpcId, McpRequest } from '@sluice/plugin-api'
import { isObject, targetOf } from './target.ts'

/** The version of a request in the revisions that have no `initialize` (2026-07-28 and later). */
const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion'

type Json = Record<string, unknown>

/** One message of a request's body, as filters see it. */
export class Message implements McpRequest {
  readonly kind: McpRequest['kind']
  readonly method: string
  readonly id: JsonRpcId
  /** The version that the message itself claims, in its `_meta`. */
  readonly ownVersion: string | undefined
  readonly protocolVersion: string | undefined
  /** What filters changed, in this order: whole `params`, then members of `_meta`. */
  newParams: Json | undefined = undefined
  newMeta: Json | undefined = undefined
  #params: Json
  #target: string | undefined

  constructor(kind: McpRequest['kind'], raw: Readonly<Json>, headerVersion: string | undefined) {
    const { method, id, params } = raw
    this.kind = kind
    this.method = typeof method === 'string' ? method : ''
    this.id = (id as JsonRpcId | undefined) ?? null
    this.#params = isObject(params) ? params : {}
    this.#target = targetOf(this.method, this.#params)
    const meta = this.#params['_meta']
    const version = isObject(meta) ? meta[PROTOCOL_VERSION] : undefined
    this.ownVersion = typeof version === 'string' ? version : undefined
    this.protocolVersion = this.ownVersion ?? headerVersion
  }

  get params(): Readonly<Json> {
    return this.#params
  }

  get target(): string | undefined {
    return this.#target
  }

  get changed(): boolean {
    return this.newParams !== undefined || this.newMeta !== undefined
  }

  setParams(params: Json): void {
    this.newParams = params
    this.newMeta = undefined
    this.#params = params
    this.#target = targetOf(this.method, params)
  }

  setMeta(key: string, value: unknown): void {
    this.newMeta = { ...this.newMeta, [key]: value }
    const meta = this.#params['_meta']
    this.#params = { ...this.#params, _meta: { ...(isObject(meta) ? meta : undefined), [key]: value } }
  }
}
