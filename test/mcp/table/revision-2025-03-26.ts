import { call, content, failure, named, notification, request, result } from './messages.ts'
import { gatewayError } from './outcome.ts'
import { Raw, type Refused, type Rows } from './row.ts'

const INVALID: Refused = [400, 'SLUICE_MCP_MESSAGE_INVALID', -32600, [null]]

/** Batches, and no field that says the revision. */
export const revision20250326: Rows = {
  initialize: {
    sends: request(
      'initialize',
      { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
      0
    ),
    answers: [result({ protocolVersion: '2025-03-26', capabilities: {}, serverInfo: { name: 's', version: '1' } }, 0)],
    sees: ['request initialize', 'result initialize < initialize #0']
  },
  initialized: { sends: notification('notifications/initialized'), sees: ['notification notifications/initialized'] },
  'a batch of requests': {
    sends: [call('echo', {}, 1), call('add', {}, 2)],
    answers: [result(content('1'), 1), result(content('2'), 2)],
    sees: [
      'request tools/call echo',
      'request tools/call add',
      'result tools/call < tools/call #1',
      'result tools/call < tools/call #2'
    ]
  },
  'a batch answered in one message': {
    sends: [call('echo', {}, 1), request('tools/list', {}, 2)],
    answers: [[result({ tools: named('echo') }, 2), failure(-32603, 1)]],
    sees: [
      'request tools/call echo',
      'request tools/list',
      'result tools/list < tools/list #2',
      'error -32603 tools/call < tools/call #1'
    ]
  },
  'a batch of requests and notifications': {
    sends: [call('echo'), notification('notifications/cancelled', { requestId: 3 }), call('add', {}, 8)],
    sees: ['request tools/call echo', 'notification notifications/cancelled', 'request tools/call add']
  },
  'a batch of notifications': {
    sends: [notification('notifications/progress', { progressToken: 1, progress: 1 }), notification('notifications/x')],
    sees: ['notification notifications/progress', 'notification notifications/x']
  },
  'a batch of answers': { sends: [result({ roots: [] }, 1), failure(-1, 2)], sees: ['response', 'response'] },
  'a batch of one': { sends: [call('echo')], sees: ['request tools/call echo'] },
  'a batch with one forbidden member': {
    sends: [call('echo', {}, 1), notification('notifications/x'), call('forbidden', {}, 'f'), call('add', {}, 3)],
    sees: ['request tools/call echo', 'notification notifications/x', 'request tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [1, 'f', 3]]
  },
  'a batch with a forbidden call without an id': {
    sends: [call('echo', {}, 1), notification('tools/call', { name: 'forbidden' })],
    sees: ['request tools/call echo', 'notification tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [1]]
  },
  'a batch with one member that is changed': {
    sends: [call('echo', {}, 1), call('rename', {}, 2)],
    sees: ['request tools/call echo', 'request tools/call rename'],
    upstream: JSON.stringify([call('echo', {}, 1), call('renamed ü', {}, 2)])
  },
  'one answer of a batch that is changed': {
    sends: [request('tools/list', {}, 1), request('prompts/list', {}, 2)],
    answers: [
      [
        result({ tools: named('secret', 'echo') }, 1),
        notification('notifications/x'),
        result({ prompts: named('p') }, 2)
      ]
    ],
    sees: [
      'request tools/list',
      'request prompts/list',
      'result tools/list < tools/list #1',
      'result prompts/list < prompts/list #2'
    ],
    gets: [result({ tools: named('echo') }, 1), notification('notifications/x'), result({ prompts: named('p') }, 2)]
  },
  'one answer of a batch that is refused': {
    sends: [call('echo', {}, 1), call('add', {}, 2)],
    answers: [result(content('1'), 1), result(content('leak'), 2)],
    sees: [
      'request tools/call echo',
      'request tools/call add',
      'result tools/call < tools/call #1',
      'result tools/call < tools/call #2'
    ],
    gets: [result(content('1'), 1), gatewayError('TEST_LEAK', -32000, 2)]
  },
  'answers of a batch under the ids of each other': {
    sends: [call('echo', {}, 1), request('tools/list', {}, 2)],
    answers: [result({ tools: named('secret') }, 1), result(content('x'), 2)],
    sees: ['request tools/call echo', 'request tools/list', 'result tools/list < ? #1', 'result tools/call < ? #2'],
    gets: [result({ tools: [] }, 1), result(content('x'), 2)]
  },
  'an empty batch': { sends: [], sees: [], refused: INVALID },
  'a batch of more than a hundred': {
    sends: Array.from({ length: 101 }, () => notification('n')),
    sees: [],
    refused: INVALID
  },
  'a batch in a batch': { sends: [[call('echo')]], sees: [], refused: INVALID },
  'a batch with one bad member': { sends: [call('echo'), { jsonrpc: '2.0' }], sees: [], refused: INVALID },
  'a batch with one id twice': { sends: [call('echo'), call('echo')], sees: [], refused: INVALID },
  'a batch with a method in a field': {
    sends: [call('echo')],
    fields: [['mcp-method', 'tools/call']],
    sees: [],
    refused: [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, [7]]
  },
  'a batch with a field of a parameter': {
    sends: [call('echo')],
    fields: [['mcp-param-a', '1']],
    sees: [],
    refused: [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, [7]]
  },
  'the endpoint event of 2024-11-05': {
    verb: 'GET',
    answers: [new Raw('event: endpoint', 'data: /messages?id=1'), result(content('x'), 1)],
    sees: ['result tools/call < ? #1']
  }
}
