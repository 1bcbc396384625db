/** A JSON object. */
export type Json = Record<string, unknown>

/** The id of a request that has no other. */
const ID = 7

/** A request. */
export const request = (method: string, params?: Json, id: unknown = ID): Json => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params && { params })
})

/** A call of a tool. */
export const call = (name: string, more: Json = {}, id: unknown = ID): Json =>
  request('tools/call', { name, arguments: { a: 1 }, ...more }, id)

/** A message that wants no answer. */
export const notification = (method: string, params?: Json): Json => ({
  jsonrpc: '2.0',
  method,
  ...(params && { params })
})

/** An answer. */
export const result = (value: unknown, id: unknown = ID): Json => ({ jsonrpc: '2.0', id, result: value })

/** An answer that is an error. */
export const failure = (code: number, id: unknown = ID): Json => ({
  jsonrpc: '2.0',
  id,
  error: { code, message: 'no' }
})

/** The `_meta` of every request of revision 2026-07-28. */
export const META: Json = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'table', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {}
}

/** A request of revision 2026-07-28. */
export const modern = (method: string, params: Json = {}): Json => request(method, { ...params, _meta: META })

/** A call of revision 2026-07-28. */
export const modernCall = (name: string, more: Json = {}): Json =>
  modern('tools/call', { name, arguments: { a: 1 }, ...more })

/** Items of a list, with members that nobody knows. */
export const named = (...names: readonly string[]): Json[] =>
  names.map(name => ({ name, inputSchema: {}, x: { own: 1 } }))

/** Content of one text. */
export const content = (text: string): Json => ({ content: [{ type: 'text', text }] })
