import { call, content, failure, named, notification, request, result } from './messages.ts'
import { gatewayError } from './outcome.ts'
import type { Rows } from './row.ts'

/** A field that says the revision, sessions, no batches; every method that names something. */
export const revision20250618: Rows = {
  'a tool call': {
    sends: call('echo'),
    answers: [result(content('1'))],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7'],
    upstreamFields: { 'mcp-protocol-version': '2025-06-18', 'mcp-session-id': 'a-session', 'mcp-name': undefined }
  },
  'an id of text': {
    sends: call('echo', {}, 'an-id'),
    answers: [result(content('1'), 'an-id')],
    sees: ['request tools/call echo', 'result tools/call < tools/call #an-id']
  },
  'an id of nothing but digits, in text': {
    sends: call('echo', {}, '7'),
    answers: [result({ own: 1 }, 7)],
    sees: ['request tools/call echo', 'result ? < ? #7']
  },
  'structured content': {
    sends: call('echo'),
    answers: [result({ content: [], structuredContent: { sum: 3 } })],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'an error of the tool': {
    sends: call('echo'),
    answers: [result({ ...content('no'), isError: true })],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a JSON-RPC error': {
    sends: call('nobody'),
    answers: [failure(-32602)],
    sees: ['request tools/call nobody', 'error -32602 tools/call < tools/call #7']
  },
  'an error of no id': {
    sends: call('echo'),
    answers: [failure(-32600, null)],
    status: 400,
    sees: ['request tools/call echo', 'error -32600 ? < ? #null']
  },
  'a forbidden call': {
    sends: call('forbidden'),
    sees: ['request tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'a forbidden call without an id': {
    sends: notification('tools/call', { name: 'forbidden' }),
    sees: ['notification tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [null]]
  },
  'a call that a filter renames': {
    sends: call('rename'),
    sees: ['request tools/call rename'],
    upstream: JSON.stringify(call('renamed ü'))
  },
  'a call that a filter marks': {
    sends: call('trace', { _meta: { progressToken: 1 } }),
    sees: ['request tools/call trace'],
    upstream: JSON.stringify(call('trace', { _meta: { progressToken: 1, traceparent: '00-1' } }))
  },
  'a result that a filter refuses': {
    sends: call('echo'),
    answers: [result(content('a leak'))],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7'],
    gets: [gatewayError('TEST_LEAK', -32000, 7)]
  },
  'a list that loses an item, and nothing else': {
    sends: request('tools/list', { cursor: 'c' }),
    answers: [result({ tools: named('echo', 'secret'), nextCursor: 'n', ttlMs: 5, _meta: { a: 1 } })],
    sees: ['request tools/list', 'result tools/list < tools/list #7'],
    gets: [result({ tools: named('echo'), nextCursor: 'n', ttlMs: 5, _meta: { a: 1 } })]
  },
  'a list that stays as it is': {
    sends: request('tools/list'),
    answers: [result({ tools: named('echo') })],
    sees: ['request tools/list', 'result tools/list < tools/list #7']
  },
  prompts: {
    sends: request('prompts/list'),
    answers: [result({ prompts: named('secret', 'p') })],
    sees: ['request prompts/list', 'result prompts/list < prompts/list #7'],
    gets: [result({ prompts: named('p') })]
  },
  resources: {
    sends: request('resources/list'),
    answers: [result({ resources: [{ uri: 'x:1', name: 'secret' }] })],
    sees: ['request resources/list', 'result resources/list < resources/list #7'],
    gets: [result({ resources: [] })]
  },
  templates: {
    sends: request('resources/templates/list'),
    answers: [result({ resourceTemplates: [{ uriTemplate: 'x:{y}', name: 't' }] })],
    sees: ['request resources/templates/list', 'result resources/templates/list < resources/templates/list #7']
  },
  'a prompt': {
    sends: request('prompts/get', { name: 'p', arguments: { language: 'de' } }),
    answers: [result({ messages: [] })],
    sees: ['request prompts/get p', 'result prompts/get < prompts/get #7']
  },
  'a forbidden prompt': {
    sends: request('prompts/get', { name: 'forbidden' }),
    sees: ['request prompts/get forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'a resource': {
    sends: request('resources/read', { uri: 'file:///x' }),
    answers: [result({ contents: [{ uri: 'file:///x', text: 'x' }] })],
    sees: ['request resources/read file:///x', 'result resources/read < resources/read #7']
  },
  'a resource that is subscribed to': {
    sends: request('resources/subscribe', { uri: 'file:///x' }),
    sees: ['request resources/subscribe file:///x']
  },
  'a resource that is unsubscribed from': {
    sends: request('resources/unsubscribe', { uri: 'file:///x' }),
    sees: ['request resources/unsubscribe file:///x']
  },
  'a completion of a prompt': {
    sends: request('completion/complete', {
      ref: { type: 'ref/prompt', name: 'p' },
      argument: { name: 'a', value: 'b' }
    }),
    answers: [result({ completion: { values: ['bc'] } })],
    sees: ['request completion/complete p', 'result completion/complete < completion/complete #7']
  },
  'a completion of a resource': {
    sends: request('completion/complete', {
      ref: { type: 'ref/resource', uri: 'x:{y}' },
      argument: { name: 'y', value: '' }
    }),
    sees: ['request completion/complete x:{y}']
  },
  'a forbidden completion': {
    sends: request('completion/complete', { ref: { type: 'ref/prompt', name: 'forbidden' } }),
    sees: ['request completion/complete forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'no params': { sends: request('ping'), sees: ['request ping'] },
  'a level of the log': { sends: request('logging/setLevel', { level: 'debug' }), sees: ['request logging/setLevel'] },
  'a method that nobody knows': { sends: request('contoso/own', { name: 'x' }), sees: ['request contoso/own'] },
  'an answer to the server': {
    sends: result({ action: 'accept', content: { name: 'forbidden' } }, 3),
    sees: ['response']
  },
  'an error for the server': { sends: failure(-1, null), sees: ['response'] },
  'a cancellation': {
    sends: notification('notifications/cancelled', { requestId: 7, reason: 'late' }),
    sees: ['notification notifications/cancelled']
  },
  'an older revision, with fields that agree': {
    sends: call('echo'),
    fields: [
      ['mcp-method', 'tools/call'],
      ['mcp-name', 'echo']
    ],
    sees: ['request tools/call echo']
  },
  'an older revision, with a name that does not': {
    sends: call('echo'),
    fields: [['mcp-name', 'evil']],
    sees: [],
    refused: [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, [7]]
  },
  'an answer with a name in a field': {
    sends: result({}, 1),
    fields: [['mcp-name', 'evil']],
    sees: [],
    refused: [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, [null]]
  },
  'a list in the answer to a call, under its id': {
    sends: call('echo'),
    answers: [result({ tools: named('secret') })],
    sees: ['request tools/call echo', 'result tools/list < ? #7'],
    gets: [result({ tools: [] })]
  },
  'a list under another id': {
    sends: call('echo'),
    answers: [result({ tools: named('secret') }, 'other')],
    sees: ['request tools/call echo', 'result tools/list < ? #other'],
    gets: [result({ tools: [] }, 'other')]
  },
  'a list under an id of another type': {
    sends: request('tools/list'),
    answers: [result({ tools: named('secret') }, '7')],
    sees: ['request tools/list', 'result tools/list < ? #7'],
    gets: [result({ tools: [] }, '7')]
  },
  'a call in the answer to a prompt, under its id': {
    sends: request('prompts/get', { name: 'p' }),
    answers: [result(content('x'))],
    sees: ['request prompts/get p', 'result tools/call < ? #7']
  },
  'an answer with a method of null': {
    sends: call('echo'),
    answers: [{ ...result({ tools: named('secret') }, 9), method: null }],
    sees: ['request tools/call echo', 'result tools/list < ? #9'],
    gets: [{ ...result({ tools: [] }, 9), method: null }]
  },
  'an answer with a result and an error': {
    sends: request('tools/list'),
    answers: [{ ...failure(-1), result: { tools: named('secret') } }],
    sees: ['request tools/list', 'error -1 tools/list < tools/list #7'],
    gets: [result({ tools: [] })]
  },
  'a result that is null': {
    sends: call('echo'),
    answers: [result(null)],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'what is no message': { sends: call('echo'), answers: ['"secret"', 'null', '5'], sees: ['request tools/call echo'] }
}
