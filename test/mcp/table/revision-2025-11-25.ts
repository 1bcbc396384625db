import { call, content, named, notification, request, result } from './messages.ts'
import { gatewayError } from './outcome.ts'
import { Raw, type Rows } from './row.ts'

const resuming = [['last-event-id', '4']] as const

/** Streams that are polled and resumed, requests of the server's, tasks of the revision. */
export const revision20251125: Rows = {
  'a stream that begins with an id and no data': {
    sends: call('echo'),
    answers: [new Raw('id: 0', 'data:'), new Raw('retry: 3000'), result(content('x'))],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a stream that the server ends before the answer': {
    sends: call('echo'),
    answers: [new Raw('id: 0', 'data:'), notification('notifications/progress', { progressToken: 1, progress: 1 })],
    sees: ['request tools/call echo']
  },
  'comments between the events': {
    sends: call('echo'),
    answers: [new Raw(': keep-alive'), new Raw(':'), result(content('x')), new Raw(': data: {"tools":[]}')],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a list between comments': {
    sends: request('tools/list'),
    answers: [new Raw(': keep-alive'), result({ tools: named('secret', 'echo') }), new Raw(':')],
    sees: ['request tools/list', 'result tools/list < tools/list #7'],
    gets: [result({ tools: named('echo') })]
  },
  'requests and notifications of the server': {
    sends: call('echo'),
    answers: [
      request('sampling/createMessage', { messages: [], tools: named('secret') }, 3),
      request('elicitation/create', { message: 'who?', requestedSchema: {} }, 4),
      notification('notifications/message', { level: 'info', data: 'leak' }),
      result(content('x'))
    ],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'the stream of a session': {
    verb: 'GET',
    answers: [request('roots/list', {}, 1), notification('notifications/tools/list_changed')],
    sees: []
  },
  'a list that is replayed on a resumed stream': {
    verb: 'GET',
    fields: resuming,
    answers: [result({ tools: named('secret', 'echo') }, 9)],
    sees: ['result tools/list < ? #9'],
    gets: [result({ tools: named('echo') }, 9)],
    upstreamFields: { 'last-event-id': '4' }
  },
  'lists of all kinds, replayed': {
    verb: 'GET',
    fields: resuming,
    answers: [
      result({ prompts: named('secret') }, 1),
      result({ resources: named('secret', 'r') }, 2),
      result({ resourceTemplates: named('secret') }, 3)
    ],
    sees: ['result prompts/list < ? #1', 'result resources/list < ? #2', 'result resources/templates/list < ? #3'],
    gets: [result({ prompts: [] }, 1), result({ resources: named('r') }, 2), result({ resourceTemplates: [] }, 3)]
  },
  'a call that is replayed': {
    verb: 'GET',
    fields: resuming,
    answers: [result(content('x'), 9)],
    sees: ['result tools/call < ? #9']
  },
  'a leak that is replayed': {
    verb: 'GET',
    fields: resuming,
    answers: [new Raw('id: 3', 'data:'), result(content('leak'), 9)],
    sees: ['result tools/call < ? #9'],
    gets: [gatewayError('TEST_LEAK', -32000, 9)]
  },
  'a result of no known shape, replayed': {
    verb: 'GET',
    fields: resuming,
    answers: [result({ own: [] }, 9)],
    sees: ['result ? < ? #9']
  },
  'the end of a session': { verb: 'DELETE', answers: [], status: 200, sees: [] },
  'a call as a task': {
    sends: call('echo', { task: { ttl: 60_000 } }),
    answers: [result({ task: { taskId: 't', status: 'working', createdAt: 'x', lastUpdatedAt: 'x', ttl: 60_000 } })],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a forbidden call as a task': {
    sends: call('forbidden', { task: {} }),
    sees: ['request tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'a task': {
    sends: request('tasks/get', { taskId: 't' }),
    answers: [result({ taskId: 't', status: 'working' })],
    sees: ['request tasks/get t', 'result tasks/get < tasks/get #7']
  },
  'the result of a task': {
    sends: request('tasks/result', { taskId: 't' }),
    answers: [result({ ...content('x'), _meta: { 'io.modelcontextprotocol/related-task': { taskId: 't' } } })],
    sees: ['request tasks/result t', 'result tools/call < ? #7']
  },
  'a leak in the result of a task': {
    sends: request('tasks/result', { taskId: 't' }),
    answers: [result(content('leak'))],
    sees: ['request tasks/result t', 'result tools/call < ? #7'],
    gets: [gatewayError('TEST_LEAK', -32000, 7)]
  },
  'the tasks': {
    sends: request('tasks/list'),
    answers: [result({ tasks: [{ taskId: 't', status: 'working' }] })],
    sees: ['request tasks/list', 'result tasks/list < tasks/list #7']
  },
  'a task that is cancelled': { sends: request('tasks/cancel', { taskId: 't' }), sees: ['request tasks/cancel t'] },
  'a forbidden task': {
    sends: request('tasks/cancel', { taskId: 'forbidden' }),
    sees: ['request tasks/cancel forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'white space and escapes': {
    sends: ' {"jsonrpc" : "2.0","id":7,\n"method":"tools\\/call","params":{"name":"\\u0065cho"}}\r\n',
    sees: ['request tools/call echo']
  },
  'a forbidden name in escapes': {
    sends: '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"n\\u0061me":"\\u0066orbidden"}}',
    sees: ['request tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'a name with quotes and colons': { sends: call('a":"b\\'), sees: ['request tools/call a":"b\\'] },
  'a name of several octets a letter': { sends: call('wétter 天気 🌦'), sees: ['request tools/call wétter 天気 🌦'] },
  'a list with several octets a letter': {
    sends: request('tools/list'),
    answers: [result({ tools: named('secret', 'wétter 天気 🌦') })],
    sees: ['request tools/list', 'result tools/list < tools/list #7'],
    gets: [result({ tools: named('wétter 天気 🌦') })]
  },
  'a name that is no text has no target': { sends: call('', { name: 5 }), sees: ['request tools/call'] },
  'a number that JavaScript cannot hold': {
    sends:
      '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{"n":12345678901234567890}}}',
    sees: ['request tools/call echo']
  },
  'a member called __proto__ in a list that is changed': {
    sends: request('tools/list'),
    answers: ['{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"secret"},{"name":"a","__proto__":{"x":1}}]}}'],
    sees: ['request tools/list', 'result tools/list < tools/list #7'],
    gets: [JSON.parse('{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"a","__proto__":{"x":1}}]}}')]
  },
  'an unknown member': { sends: { ...call('echo'), trace: 1 }, sees: ['request tools/call echo'] },
  'charset utf-8': {
    sends: call('echo'),
    fields: [['content-type', 'application/json; charset=UTF-8']],
    sees: ['request tools/call echo']
  }
}
