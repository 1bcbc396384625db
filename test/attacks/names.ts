import type { Attack, AttackTable } from './attack.ts'
import { request } from './requests.ts'
import { route } from './target-routes.ts'

const call = (name: unknown, more: object = {}): string => JSON.stringify({ ...MESSAGE, params: { name, ...more } })
const MESSAGE = { jsonrpc: '2.0', id: 1, method: 'tools/call' }

const sent = (body: string): string => {
  const length = Buffer.byteLength(body)
  const bytes = Buffer.from(body).toString('latin1')
  return request('POST /policed', ['Content-Type: application/json', `Content-Length: ${length}`], bytes)
}

/** A message in which the server could read what the rules did not. */
const attack = (name: string, status: number, code: string, body: string): Attack => ({
  name,
  sent: sent(body),
  expected: { status, code }
})

const unreadable = (name: string, body: string): Attack => attack(name, 400, 'SLUICE_MCP_MESSAGE_INVALID', body)
const ambiguous = (name: string, body: string): Attack => attack(name, 200, 'SLUICE_AUTHZ_NAME_AMBIGUOUS', body)
const refused = (name: string, body: string): Attack => attack(name, 200, 'SLUICE_AUTHZ_REFUSED', body)

const method = (name: string): string => JSON.stringify({ ...MESSAGE, method: name, params: { name: 'delete_all' } })
const listen = (uris: unknown): string =>
  JSON.stringify({
    ...MESSAGE,
    method: 'subscriptions/listen',
    params: { notifications: { resourceSubscriptions: uris } }
  })
const read = (uri: unknown): string => JSON.stringify({ ...MESSAGE, method: 'resources/read', params: { uri } })

/** A tool is denied by name, a folder and a host by their beginning; all else is let through, which is where names slip by. */
export const names: AttackTable = {
  subject: 'Names in messages',
  about:
    'a tool, a folder and a host that rules deny, named so that the server could read the name and the rules another one',
  async rows(target) {
    const rules = [
      { deny: 'mcp.tool.name == "delete_all"' },
      { deny: 'mcp.resource.uri.startsWith("file:///hr/")' },
      { deny: 'mcp.resource.uri.startsWith("https://intern.example/")' }
    ]
    await target.start({ routes: [route('policed', target.upstream.url, [{ authz: { rules } }])] })
    return [
      refused('the tool', call('delete_all')),
      refused('escapes', call('delete_all').replace('delete', String.raw`d\u0065lete`)),
      refused('a call that wants no answer', call('delete_all').replace('"id":1,', '')),
      refused('other members beside the name', call('delete_all', { uri: 'x', taskId: 'y', ref: {} })),
      refused('the folder', read('file:///hr/pay')),
      unreadable('the name twice', call('get_time').replace('}}', ',"name":"delete_all"}}')),
      unreadable(
        'the name twice, one escaped',
        call('get_time').replace('}}', String.raw`,"n\u0061me":"delete_all"}}`)
      ),
      unreadable('the name in another case', call('get_time', { Name: 'delete_all' })),
      unreadable('the name with a long s', JSON.stringify({ ...MESSAGE, paramſ: { name: 'delete_all' } })),
      unreadable('params twice', call('get_time').replace('"params"', '"params":{"name":"delete_all"},"params"')),
      unreadable('the method in another case', method('Tools/Call')),
      unreadable('the method with a blank', method('tools/call ')),
      unreadable('the method with what nobody sees', method('tools\u200b/call')),
      unreadable('the method in full width', method('ｔｏｏｌｓ/call')),
      unreadable('the method with a byte order mark', method('\ufefftools/call')),
      refused('another case', call('Delete_All')),
      ambiguous('a blank at the end', call('delete_all ')),
      ambiguous('a line end', call('delete_all\n')),
      ambiguous('a null byte', call('delete_all\u0000')),
      ambiguous('a zero-width space', call('delete\u200b_all')),
      ambiguous('a soft hyphen', call('delete\u00ad_all')),
      ambiguous('full-width letters', call('ｄelete_all')),
      ambiguous('a ligature', call('delete_a\ufb02')),
      ambiguous('half a surrogate pair', call('delete_all').replace('_all"', String.raw`_all\ud800"`)),
      ambiguous('a list of one name', call(['delete_all'])),
      ambiguous('no name', call(undefined)),
      ambiguous('no name of the folder', read(undefined)),
      unreadable(
        'a name to inherit',
        JSON.stringify(MESSAGE).replace('}', ',"params":{"__proto__":{"name":"delete_all"}}}')
      ),
      unreadable(
        'an argument to inherit',
        call('get_time', JSON.parse('{"arguments":{"__proto__":{"a":1}}}') as object)
      ),
      ambiguous(
        'a folder beside the name of a prompt',
        JSON.stringify({
          ...MESSAGE,
          method: 'completion/complete',
          params: { ref: { type: 'ref/prompt', name: 'ok', uri: 'file:///hr/pay' }, argument: { name: 'a', value: '' } }
        })
      ),
      ambiguous('subscriptions that are no list', listen('file:///hr/pay')),
      ambiguous('a braille pattern without dots', call('delete_all\u2800')),
      ambiguous('a map that reads as the name', call({ toString: 'delete_all' })),
      ambiguous('a way round', read('file:///public/../hr/pay')),
      ambiguous('a way round, escaped', read('file:///public/%2e%2e/hr/pay')),
      ambiguous('a backslash', read(String.raw`file:///public\..\hr\pay`)),
      ambiguous('a slash in disguise', read('file:///hr%2fpay')),
      ambiguous('a letter in disguise', read('file:///%68r/pay')),
      ambiguous('another case of the scheme', read('FILE:///hr/pay')),
      ambiguous('a dot segment', read('file:///./hr/pay')),
      ambiguous('a blank in front', read(' file:///hr/pay')),
      ambiguous('no slashes', read('file:hr/pay')),
      ambiguous('one slash', read('file:/hr/pay')),
      ambiguous('four slashes', read('file:////hr/pay')),
      ambiguous('this machine by its name', read('file://localhost/hr/pay')),
      ambiguous('this machine by its address', read('file://127.0.0.1/hr/pay')),
      ambiguous('a tab that parsers drop', read('file:///h\tr/pay')),
      ambiguous('the host without slashes', read('https:intern.example/pay')),
      ambiguous('the host with three slashes', read('https:///intern.example/pay')),
      ambiguous('the default port', read('https://intern.example:443/pay')),
      ambiguous('a port of no digits', read('https://intern.example:/pay')),
      ambiguous('another full stop', read('https://intern\u3002example/pay')),
      ambiguous('the dot of the root', read('https://intern.example./pay')),
      ambiguous('a user’s name', read('https://u@intern.example/pay')),
      ambiguous('a letter that wants an escape', read('https://intern.example/geh\u00e4lter'))
    ]
  }
}
