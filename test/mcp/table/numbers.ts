import { request } from './messages.ts'
import type { Row, Rows } from './row.ts'

const call = (name: string, members: string): string =>
  `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"${name}","arguments":${members}}}`

const NUMBERS = '12345678901234567890,-0,1.0,1e400,-1e-400,0.10000000000000000001,1.50,2E1,[9007199254740993]'

/** A filter changes a call: what arrives beside what it changed. */
const kept = (name: string, sent: string, arrives = sent): Row => ({
  sends: call(name, sent),
  sees: [`request tools/call ${name}`],
  upstream: call(name, arrives)
})

const marked = (sent: string): Row => ({
  ...kept('trace', sent),
  upstream: call('trace', sent).replace(/\}\}$/, ',"_meta":{"traceparent":"00-1"}}}')
})

/** A filter changes a list or a call's result: what arrives of it, to the letter. */
const result = (method: string, sent: string, arrives: string): Row => ({
  sends: request(method),
  answers: [`{"jsonrpc":"2.0","id":7,"result":${sent}}`],
  sees: [`request ${method}`, `result ${method} < ${method} #7`],
  getsText: `{"jsonrpc":"2.0","id":7,"result":${arrives}}`
})

/** Numbers that JavaScript would write otherwise, in what filters change. */
export const numbers: Rows = {
  'numbers of a call that is marked': marked(`{"n":[${NUMBERS}],"m":{"big":12345678901234567891,"big2":1.0}}`),
  'numbers of one name that are nearly the same, in a call that is marked': marked(
    '{"a":{"n":12345678901234567890},"b":{"n":12345678901234567891}}'
  ),
  'numbers in white space and strings': marked('{"n":12345678901234567890,"s":"1.0, \\"1e400\\": {[","k\\"1.0":[1.0]}'),
  'numbers of a call whose parameters are built anew': kept(
    'rebuild',
    '{"n":[12345678901234567890,1e400],"m":{"n":9007199254740993},"o":5}'
  ),
  'another spelling, built anew, is the same number': kept('rebuild', '{"n":1.50,"m":2E1}', '{"n":1.5,"m":20}'),
  'numbers that nobody could tell apart, built anew': {
    sends: call('rebuild', '{"a":{"n":12345678901234567890},"b":{"n":12345678901234567891}}'),
    sees: ['request tools/call rebuild'],
    refused: [400, 'SLUICE_MCP_MESSAGE_INVALID', -32600, [7]]
  },
  'a number that nobody could tell from one that can be held': {
    sends: call('rebuild', '{"a":{"n":9007199254740992},"b":{"n":9007199254740993}}'),
    sees: ['request tools/call rebuild'],
    refused: [400, 'SLUICE_MCP_MESSAGE_INVALID', -32600, [7]]
  },
  'the same number under two names': kept('rebuild', '{"a":9007199254740993,"b":9007199254740992}'),
  'numbers of a list that loses an item': result(
    'tools/list',
    '{"big":12345678901234567890,"tools":[{"name":"secret"},{"name":"a","x":[1.0,1e400,{"n":12345678901234567890}]},{"name":"b","x":{"n":12345678901234567891}}]}',
    '{"big":12345678901234567890,"tools":[{"name":"a","x":[1.0,1e400,{"n":12345678901234567890}]},{"name":"b","x":{"n":12345678901234567891}}]}'
  ),
  'numbers of a result that is built anew': result(
    'tools/call',
    '{"content":[],"structuredContent":{"copy":[12345678901234567890,-1e400],"n":1.0000000000000000001}}',
    '{"content":[],"structuredContent":{"copy":[12345678901234567890,-1e400],"n":1.0000000000000000001}}'
  ),
  'a batch of results, of which one loses an item': {
    sends: request('tools/list'),
    answers: [
      '[{"jsonrpc":"2.0","id":7,"result":{"tools":[{"name":"secret"}],"n":1e400}},{"jsonrpc":"2.0","method":"n","params":{"n":1e400}}]'
    ],
    sees: ['request tools/list', 'result tools/list < tools/list #7'],
    getsText:
      '[{"jsonrpc":"2.0","id":7,"result":{"tools":[],"n":1e400}},{"jsonrpc":"2.0","method":"n","params":{"n":1e400}}]'
  }
}
