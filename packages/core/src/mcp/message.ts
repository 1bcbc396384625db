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
  /** As it came. */
  readonly raw: Readonly<Json>
  /** Itself, until the batch is read that it belongs to. */
  batch: readonly Message[] = [this]
  /** The version that the message itself claims, in its `_meta`. */
  readonly ownVersion: string | undefined
  readonly protocolVersion: string | undefined
  /** What filters changed, in this order: whole `params`, then members of `_meta`. */
  newParams: Json | undefined = undefined
  newMeta: Json | undefined = undefined
  #params: Readonly<Json>
  #target: string | undefined

  constructor(kind: McpRequest['kind'], raw: Readonly<Json>, headerVersion: string | undefined) {
    const { method, id } = raw
    this.kind = kind
    this.raw = raw
    this.method = typeof method === 'string' ? method : ''
    this.id = (id as JsonRpcId | undefined) ?? null
    this.#params = this.rawParams
    this.#target = targetOf(this.method, this.#params)
    this.ownVersion = versionOf(this.#params)
    this.protocolVersion = this.ownVersion ?? headerVersion
  }

  get params(): Readonly<Json> {
    return this.#params
  }

  get target(): string | undefined {
    return this.#target
  }

  /** The version that the message claims now. */
  get bodyVersion(): string | undefined {
    return versionOf(this.#params)
  }

  /** `params` as they came; without any an empty object. */
  get rawParams(): Readonly<Json> {
    return isObject(this.raw['params']) ? this.raw['params'] : {}
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

const versionOf = ({ _meta: meta }: Readonly<Json>): string | undefined => {
  const version = isObject(meta) ? meta[PROTOCOL_VERSION] : undefined
  return typeof version === 'string' ? version : undefined
}
