import type { McpRequest, McpResult } from '@sluice/plugin-api'

/** What a test may set of a message from the client. */
export type FakeMcpRequestOptions = Partial<Omit<McpRequest, 'setParams' | 'setMeta'>>

/** Makes a message from the client: a `tools/call` of the tool `echo`, unless said otherwise. What a filter changes can be read from it. */
export function fakeMcpRequest(options: FakeMcpRequestOptions = {}): McpRequest {
  let { params = { name: 'echo', arguments: {} } } = options
  const message: McpRequest = {
    kind: options.kind ?? 'request',
    method: options.method ?? 'tools/call',
    id: options.id === undefined ? 1 : options.id,
    get params() {
      return params
    },
    get target() {
      return 'target' in options ? options.target : targetOf(params)
    },
    protocolVersion: options.protocolVersion,
    get batch() {
      return options.batch ?? [message]
    },
    setParams(changed) {
      params = changed
    },
    setMeta(key, value) {
      const meta = params['_meta']
      params = { ...params, _meta: { ...(typeof meta === 'object' ? meta : undefined), [key]: value } }
    }
  }
  return message
}

/** Makes a result from the upstream: that of a `tools/call` of the tool `echo`, unless said otherwise. */
export function fakeMcpResult(options: Partial<McpResult> = {}): McpResult {
  const method = options.method ?? 'tools/call'
  return {
    request: { method, target: method === 'tools/call' ? 'echo' : undefined },
    id: 1,
    method,
    result: { content: [{ type: 'text', text: 'echo' }] },
    error: undefined,
    ...options
  }
}

/** `name` of a tool or a prompt, `uri` of a resource. */
function targetOf({ name, uri }: Readonly<Record<string, unknown>>): string | undefined {
  const target = name ?? uri
  return typeof target === 'string' ? target : undefined
}
