import t from 'tap'
import { createPrinter } from '../src/print.ts'

const REPORTS = [
  { step: '401', detail: { request: 'POST http://127.0.0.1/mcp', status: '401' } },
  { step: 'tools/call', detail: { tool: 'echo' } },
  { step: 'tools/call', detail: { tool: 'add' } }
] as const

const print = (isTTY: boolean, env: NodeJS.ProcessEnv): string => {
  let written = ''
  const printer = createPrinter({ write: text => (written += text), isTTY }, env)
  printer.heading('Steps')
  for (const report of REPORTS) printer.step(report)
  return written
}

const PLAIN = [
  '',
  'Steps',
  '401         request                 POST http://127.0.0.1/mcp',
  '            status                  401',
  'tools/call  tool                    echo',
  '            tool                    add',
  ''
].join('\n')

void t.test('steps are aligned, and coloured only on a terminal without NO_COLOR', async t => {
  t.equal(print(false, {}), PLAIN, 'piped')
  t.equal(print(true, { NO_COLOR: '1' }), PLAIN, 'NO_COLOR')
  const coloured = print(true, { NO_COLOR: '' })
  t.match(coloured, '\u001B[', 'an empty NO_COLOR counts as unset')
  // oxlint-disable-next-line no-control-regex -- the escapes are what is looked for.
  t.equal(coloured.replaceAll(/\u001B\[\d+m/g, ''), PLAIN)
})

void t.test('what a server sends cannot drive the terminal', async t => {
  let written = ''
  const printer = createPrinter({ write: text => (written += text) }, {})
  printer.step({ step: '401', detail: { 'WWW-Authenticate': 'Bearer \u001B[2J\r\nfaked\u202Etxt' } })
  t.equal(written.includes('\u001B'), false)
  t.equal(written.split('\n').length, 2, 'one line')
  t.equal(written.includes('\u202E'), false)
})
