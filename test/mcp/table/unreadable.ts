import { call, request } from './messages.ts'
import type { Refused, Row, Rows } from './row.ts'

const INVALID: Refused = [400, 'SLUICE_MCP_MESSAGE_INVALID', -32600, [null]]
const NOT_JSON: Refused = [400, 'SLUICE_MCP_JSON_INVALID', -32700, [null]]
const MEDIA: Refused = [415, 'SLUICE_REQUEST_MEDIA_TYPE', -32000, [null]]

const notJson = (sends: unknown): Row => ({ sends, fields: JSON_TYPE, sees: [], refused: NOT_JSON })
const invalid = (sends: unknown): Row => ({ sends, sees: [], refused: INVALID })
const media = (...fields: Row['fields'] & {}): Row => ({ sends: call('echo'), fields, sees: [], refused: MEDIA })

const JSON_TYPE = [['content-type', 'application/json']] as const
const text = JSON.stringify(call('echo'))
const params = (members: string): string => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{${members}}}`

/** What is no message, or could be read as two. */
export const unreadable: Rows = {
  nothing: notJson(''),
  'no JSON': notJson('{"jsonrpc":"2.0",'),
  'more than one text': notJson(`${text}${text}`),
  'an octet that is no UTF-8': notJson(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"a\xff"}', 'latin1')),
  'UTF-16': notJson(Buffer.from(text, 'utf16le')),
  'a byte order mark': notJson(`\ufeff${text}`),
  'a comment': notJson(`/* */${text}`),
  'a name twice': invalid(params('"name":"a","name":"b"')),
  'a name twice, once escaped': invalid(params('"name":"a","n\\u0061me":"b"')),
  'a method twice': invalid('{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'),
  'a member called __proto__': invalid(params('"name":"echo","__proto__":{"name":"forbidden"}')),
  'no name but one to inherit': invalid(params('"__proto__":{"name":"forbidden"}')),
  'an argument called __proto__': invalid(params('"name":"echo","arguments":{"__proto__":{"x":1}}')),
  '__proto__ twice': invalid(params('"__proto__":1,"__proto__":2')),
  'an argument twice, deep down': invalid(params('"name":"a","arguments":{"l":[{"x":1,"x":2}]}')),
  'a member that Go takes for method': invalid({ ...call('echo'), Method: 'tools/list' }),
  'a member that Go takes for name': invalid(call('echo', { NAME: 'evil' })),
  'a Kelvin sign, that folds to k': invalid(call('echo', { tasKId: '1' })),
  'a long s, that folds to s': invalid({ ...call('echo'), paramſ: {} }),
  'a name in another case alone': invalid(request('tools/call', { Name: 'echo' })),
  'a member that Python takes for taskId': invalid(request('tasks/cancel', { task_id: 't' })),
  'a member that Python takes for taskId, beside it': invalid(request('tasks/cancel', { taskId: 'a', task_id: 'b' })),
  'a member that Python takes for _meta': invalid(call('echo', { meta: { a: 1 } })),
  'a member with a hyphen': invalid(request('tasks/cancel', { 'task-id': 't' })),
  'input under another name': invalid(call('echo', { input_responses: {} })),
  'nested very deep': invalid(`${'['.repeat(1000)}${']'.repeat(1000)}`),
  'another JSON-RPC': invalid({ ...call('echo'), jsonrpc: '1.0' }),
  'an id of null': invalid(call('echo', {}, null)),
  'an id with a fraction': invalid(call('echo', {}, 1.5)),
  'an id that would come back as another': invalid('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'),
  'params in a list': invalid({ ...call('echo'), params: ['echo'] }),
  'a method that is no text': invalid({ ...call('echo'), method: 5 }),
  'a request that is an answer, too': invalid({ ...call('echo'), result: {} }),
  'an answer with both': invalid({ jsonrpc: '2.0', id: 1, result: 1, error: {} }),
  'nothing at all': invalid({ jsonrpc: '2.0', id: 1 }),
  'a text': invalid('"tools/call"'),
  null: invalid('null'),
  'no content type': media(['content-type', '']),
  text: media(['content-type', 'text/plain']),
  'a list of types': media(['content-type', 'application/json, text/plain']),
  'UTF-7, by its name': media(['content-type', 'application/json; charset=utf-7']),
  'a content coding': media(['content-encoding', 'gzip']),
  'more than limits.mcpBodyBytes': {
    sends: call('x'.repeat(5000)),
    sees: [],
    refused: [413, 'SLUICE_REQUEST_BODY_TOO_LARGE', -32000, [null]]
  }
}
