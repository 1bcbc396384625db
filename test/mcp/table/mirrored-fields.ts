import { call, META, modern, modernCall, notification, request, result } from './messages.ts'
import type { Refused, Row, Rows } from './row.ts'

const MISMATCH: Refused = [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, [7]]
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`
const withArguments = (args: object) => modernCall('echo', { arguments: args })

const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, 'x']))

/** A filter changes arguments: what arrives, and each field before and after. */
const changes = (
  before: object,
  after: object,
  fields: Readonly<Record<string, readonly [string, string | undefined]>>
): Row => ({
  sends: modernCall('change', { arguments: before }),
  fields: Object.entries(fields).map(([name, [value]]) => [name, value]),
  sees: ['request tools/call change'],
  upstream: JSON.stringify(modernCall('change', { arguments: after })),
  upstreamFields: Object.fromEntries(Object.entries(fields).map(([name, [, value]]) => [name, value]))
})

/** Fields of revision 2026-07-28 that repeat the body, and those that do not (Streamable HTTP, Server Validation). */
export const mirroredFields: Rows = {
  'a name in base64': {
    sends: modernCall('héllo'),
    fields: [['mcp-name', base64('héllo')]],
    sees: ['request tools/call héllo']
  },
  'a name that looks like base64': {
    sends: modernCall('=?base64?YQ==?='),
    fields: [['mcp-name', base64('=?base64?YQ==?=')]],
    sees: ['request tools/call =?base64?YQ==?=']
  },
  'a parameter': {
    sends: modernCall('echo'),
    fields: [['mcp-param-a', '1']],
    sees: ['request tools/call echo'],
    upstreamFields: { 'mcp-param-a': '1' }
  },
  'parameters, deeper': {
    sends: withArguments({ at: { region: 'us west', on: true } }),
    fields: [
      ['mcp-param-region', 'us west'],
      ['Mcp-Param-On', 'true']
    ],
    sees: ['request tools/call echo']
  },
  'a parameter with a sign of its own, and a number as a number': {
    sends: modernCall('echo'),
    fields: [['mcp-param-my_own.a', '1.0']],
    sees: ['request tools/call echo']
  },
  'a parameter in hexadecimal': {
    sends: withArguments({ a: 16 }),
    fields: [['mcp-param-a', '0x10']],
    sees: [],
    refused: MISMATCH
  },
  'a parameter twice': {
    sends: modernCall('echo'),
    fields: [
      ['mcp-param-a', '1'],
      ['Mcp-Param-A', '1']
    ],
    sees: [],
    refused: MISMATCH
  },
  'a parameter that is another': {
    sends: modernCall('echo'),
    fields: [['mcp-param-a', '2']],
    sees: [],
    refused: MISMATCH
  },
  'a parameter in no base64': {
    sends: withArguments({ a: 'x' }),
    fields: [['mcp-param-a', '=?base64?!?=']],
    sees: [],
    refused: MISMATCH
  },
  'a parameter of a list': {
    sends: modern('tools/list'),
    fields: [['mcp-param-a', '1']],
    sees: [],
    refused: MISMATCH
  },
  'another version': {
    sends: modernCall('echo'),
    fields: [['mcp-protocol-version', '2025-11-25']],
    sees: [],
    refused: MISMATCH
  },
  'another method': { sends: modernCall('echo'), fields: [['mcp-method', 'ping']], sees: [], refused: MISMATCH },
  'a method in another case': {
    sends: modernCall('echo'),
    fields: [['mcp-method', 'Tools/Call']],
    sees: [],
    refused: MISMATCH
  },
  'another name': { sends: modernCall('echo'), fields: [['mcp-name', 'Echo']], sees: [], refused: MISMATCH },
  'another name in base64': {
    sends: modernCall('echo'),
    fields: [['mcp-name', base64('evil')]],
    sees: [],
    refused: MISMATCH
  },
  'another task': {
    sends: modern('tasks/cancel', { taskId: 't' }),
    fields: [['mcp-name', 'u']],
    sees: [],
    refused: MISMATCH
  },
  'a name of what has none': {
    sends: modern('tools/list'),
    fields: [['mcp-name', 'echo']],
    sees: [],
    refused: MISMATCH
  },
  'a name twice': {
    sends: modernCall('echo'),
    fields: [
      ['mcp-name', 'echo'],
      ['Mcp-Name', 'evil']
    ],
    sees: [],
    refused: MISMATCH
  },
  'a name as CGI reads it': { sends: modernCall('echo'), fields: [['Mcp_Name', 'evil']], sees: [], refused: MISMATCH },
  'a name with another sign': {
    sends: modernCall('echo'),
    fields: [['Mcp.Name', 'evil']],
    sees: [],
    refused: MISMATCH
  },
  ...Object.fromEntries(
    ['mcp-protocol-version', 'mcp-method', 'mcp-name'].map(name => [
      `no ${name}`,
      { sends: modernCall('echo'), without: [name], sees: [], refused: MISMATCH }
    ])
  ),
  'no method, where the field alone says the revision': {
    sends: request('ping'),
    without: ['mcp-method'],
    sees: [],
    refused: MISMATCH
  },
  'no name, where the field alone says the revision': {
    sends: call('echo'),
    without: ['mcp-name'],
    sees: [],
    refused: MISMATCH
  },
  'no name of a task': {
    sends: modern('tasks/get', { taskId: 't' }),
    without: ['mcp-name'],
    sees: [],
    refused: MISMATCH
  },
  'all fields, where the field alone says the revision': { sends: call('echo'), sees: ['request tools/call echo'] },
  'a notification without a method in a field': {
    sends: notification('notifications/x'),
    without: ['mcp-method'],
    sees: ['notification notifications/x']
  },
  'a notification with another method in a field': {
    sends: notification('notifications/x', { _meta: META }),
    fields: [['mcp-method', 'tools/call']],
    sees: [],
    refused: [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, [null]]
  },
  'an answer': { sends: result({}, 1), sees: ['response'] },

  'an argument that a filter changes': changes(
    { region: 'eu', other: 1 },
    { region: 'über uns', other: 1 },
    { 'mcp-param-region': ['eu', base64('über uns')], 'mcp-param-other': ['1', '1'] }
  ),
  'an argument that a filter changes, under another name': changes(
    { region: 'eu' },
    { region: 'über uns' },
    { 'mcp-param-where': [base64('eu'), base64('über uns')] }
  ),
  'an argument that a filter takes away': changes(
    { dropped: 'x', region: 'eu' },
    { region: 'über uns' },
    { 'mcp-param-what': ['x', undefined], 'mcp-param-region': ['eu', base64('über uns')] }
  ),
  'two arguments of one value, of which a filter changes that of the same name': changes(
    { region: 'eu', other: 'eu' },
    { region: 'über uns', other: 'eu' },
    { 'mcp-param-region': ['eu', base64('über uns')] }
  ),
  'two arguments of one value, of which a filter changes one, and no name says which': changes(
    { region: 'eu', other: 'eu' },
    { region: 'über uns', other: 'eu' },
    { 'mcp-param-where': ['eu', undefined] }
  ),
  'more arguments of one value than anybody looks through': changes(
    { region: 'eu', ...many },
    { region: 'über uns', ...many },
    { 'mcp-param-where': ['x', undefined] }
  )
}
