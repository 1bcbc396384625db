import { call, content, failure, META, modern, modernCall, named, notification, result } from './messages.ts'
import { gatewayError } from './outcome.ts'
import { Raw, type Rows } from './row.ts'

/** No sessions; what the body says stands in header fields, too; results that ask for input, tasks as an extension. */
export const revision20260728: Rows = {
  'what the server is': {
    sends: modern('server/discover'),
    answers: [result({ supportedVersions: ['2026-07-28'], capabilities: {}, serverInfo: { name: 's', version: '1' } })],
    sees: ['request server/discover', 'result server/discover < server/discover #7'],
    upstreamFields: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover', 'mcp-name': undefined }
  },
  'a tool call': {
    sends: modernCall('echo'),
    answers: [result({ resultType: 'complete', ...content('x') })],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7'],
    upstreamFields: { 'mcp-method': 'tools/call', 'mcp-name': 'echo', 'mcp-session-id': undefined }
  },
  'a forbidden call': {
    sends: modernCall('forbidden'),
    sees: ['request tools/call forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'a call that a filter renames': {
    sends: modernCall('rename'),
    sees: ['request tools/call rename'],
    upstream: JSON.stringify(modernCall('renamed ü')),
    upstreamFields: { 'mcp-name': `=?base64?${Buffer.from('renamed ü').toString('base64')}?=` }
  },
  'a call that a filter marks': {
    sends: modernCall('trace'),
    sees: ['request tools/call trace'],
    upstream: JSON.stringify(call('trace', { _meta: { ...META, traceparent: '00-1' } })),
    upstreamFields: { 'mcp-name': 'trace' }
  },
  'a call with progress': {
    sends: modernCall('echo'),
    answers: [
      new Raw(': keep-alive'),
      notification('notifications/progress', { progressToken: 1, progress: 1 }),
      result({ resultType: 'complete', ...content('x') })
    ],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a call that wants input': {
    sends: modernCall('echo'),
    answers: [
      result({
        resultType: 'input_required',
        inputRequests: { who: { method: 'elicitation/create', params: { message: 'who?', requestedSchema: {} } } },
        requestState: 'sealed'
      })
    ],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a call that brings input': {
    sends: modernCall('echo', {
      inputResponses: { who: { action: 'accept', content: { name: 'forbidden' } } },
      requestState: 'sealed'
    }),
    answers: [result({ resultType: 'complete', ...content('x') })],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a question with a leak in it': {
    sends: modernCall('echo'),
    answers: [
      result({
        resultType: 'input_required',
        inputRequests: { a: { method: 'elicitation/create', params: { message: 'leak' } } }
      })
    ],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7'],
    gets: [gatewayError('TEST_LEAK', -32000, 7)]
  },
  'a prompt that wants input': {
    sends: modern('prompts/get', { name: 'p' }),
    answers: [result({ resultType: 'input_required', requestState: 'sealed' })],
    sees: ['request prompts/get p', 'result prompts/get < prompts/get #7']
  },
  'a call as a task': {
    sends: modernCall('echo'),
    answers: [
      result({ resultType: 'task', taskId: 't', status: 'working', createdAt: 'x', lastUpdatedAt: 'x', ttlMs: 60_000 })
    ],
    sees: ['request tools/call echo', 'result tools/call < tools/call #7']
  },
  'a task': {
    sends: modern('tasks/get', { taskId: 't' }),
    answers: [result({ resultType: 'complete', taskId: 't', status: 'working' })],
    sees: ['request tasks/get t', 'result tasks/get < tasks/get #7'],
    upstreamFields: { 'mcp-name': 't' }
  },
  'a task that is done, with its result': {
    sends: modern('tasks/get', { taskId: 't' }),
    answers: [result({ resultType: 'complete', taskId: 't', status: 'completed', result: content('x') })],
    sees: ['request tasks/get t', 'result tools/call < ? #7', 'result tasks/get < tasks/get #7']
  },
  'a leak in the result of a task': {
    sends: modern('tasks/get', { taskId: 't' }),
    answers: [result({ resultType: 'complete', taskId: 't', status: 'completed', result: content('leak') })],
    sees: ['request tasks/get t', 'result tools/call < ? #7'],
    gets: [gatewayError('TEST_LEAK', -32000, 7)]
  },
  'a list as the result of a task': {
    sends: modern('tasks/get', { taskId: 't' }),
    answers: [result({ resultType: 'complete', taskId: 't', result: { tools: named('secret', 'echo'), n: 1 } })],
    sees: ['request tasks/get t', 'result tools/list < ? #7', 'result tasks/get < tasks/get #7'],
    results: [
      { tools: named('secret', 'echo'), n: 1 },
      { resultType: 'complete', taskId: 't', result: { tools: named('echo'), n: 1 } }
    ],
    gets: [result({ resultType: 'complete', taskId: 't', result: { tools: named('echo'), n: 1 } })]
  },
  'a leak in what is told of a task': {
    sends: modern('subscriptions/listen', { notifications: { taskIds: ['t', 'u'] } }),
    answers: [
      notification('notifications/tasks', { taskId: 't', status: 'completed', result: content('leak') }),
      notification('notifications/tasks', { taskId: 'u', status: 'completed', result: content('x') })
    ],
    sees: ['request subscriptions/listen', 'result tools/call < ? #null', 'result tools/call < ? #null'],
    gets: [
      notification('notifications/tasks', { taskId: 't', status: 'completed' }),
      notification('notifications/tasks', { taskId: 'u', status: 'completed', result: content('x') })
    ]
  },
  'a task that is told more': {
    sends: modern('tasks/update', { taskId: 't', inputResponses: { who: { action: 'decline' } } }),
    sees: ['request tasks/update t']
  },
  'a forbidden task': {
    sends: modern('tasks/cancel', { taskId: 'forbidden' }),
    sees: ['request tasks/cancel forbidden'],
    refused: [200, 'TEST_FORBIDDEN', -32602, [7]]
  },
  'changes that are listened to': {
    sends: modern('subscriptions/listen', {
      notifications: { toolsListChanged: true, resourceSubscriptions: ['x:1'] }
    }),
    answers: [
      notification('notifications/subscriptions/acknowledged', { notifications: { toolsListChanged: true } }),
      new Raw(': keep-alive'),
      notification('notifications/tools/list_changed'),
      notification('notifications/resources/updated', { uri: 'x:1' })
    ],
    sees: ['request subscriptions/listen']
  },
  'a list on the stream of changes': {
    sends: modern('subscriptions/listen', { notifications: {} }),
    answers: [result({ tools: named('secret', 'echo') }, 'other')],
    sees: ['request subscriptions/listen', 'result tools/list < ? #other'],
    gets: [result({ tools: named('echo') }, 'other')]
  },
  'a list with a lifetime': {
    sends: modern('tools/list'),
    answers: [result({ resultType: 'complete', tools: named('secret', 'echo'), ttlMs: 5000, cacheScope: 'private' })],
    sees: ['request tools/list', 'result tools/list < tools/list #7'],
    gets: [result({ resultType: 'complete', tools: named('echo'), ttlMs: 5000, cacheScope: 'private' })]
  },
  'a resource': {
    sends: modern('resources/read', { uri: 'file:///x' }),
    answers: [result({ resultType: 'complete', contents: [], ttlMs: 1, cacheScope: 'public' })],
    sees: ['request resources/read file:///x', 'result resources/read < resources/read #7'],
    upstreamFields: { 'mcp-name': 'file:///x' }
  },
  'a completion has no name in a field': {
    sends: modern('completion/complete', {
      ref: { type: 'ref/prompt', name: 'p' },
      argument: { name: 'a', value: '' }
    }),
    sees: ['request completion/complete p'],
    upstreamFields: { 'mcp-name': undefined }
  },
  'a version that the server does not know': {
    sends: modernCall('echo'),
    answers: [
      { jsonrpc: '2.0', id: 7, error: { code: -32022, message: 'Unsupported', data: { supported: ['2027-01-01'] } } }
    ],
    status: 400,
    sees: ['request tools/call echo', 'error -32022 tools/call < tools/call #7']
  },
  'a method that the server does not know': {
    sends: modern('contoso/own'),
    answers: [failure(-32601)],
    status: 404,
    sees: ['request contoso/own', 'error -32601 contoso/own < contoso/own #7']
  },
  "a notification of one's own, whose fields no revision defines": {
    sends: notification('notifications/contoso', { _meta: META }),
    without: ['mcp-method'],
    sees: ['notification notifications/contoso']
  },
  'a list that is called a task': {
    sends: modern('tasks/get', { taskId: 't' }),
    answers: [result({ resultType: 'task', taskId: 't', tools: named('secret') })],
    sees: ['request tasks/get t', 'result tools/list < ? #7'],
    gets: [result({ resultType: 'task', taskId: 't', tools: [] })]
  }
}
