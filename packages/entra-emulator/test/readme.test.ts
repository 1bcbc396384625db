import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import t from 'tap'
import { aadsts, startEntraEmulator } from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('the table of codes in the README is the catalogue', async t => {
  const rows = [...readme.matchAll(/^\| (\d+) \| `(\w+)` \| (\d+) \|/gm)].map(row => row.slice(1).join(' '))
  t.strictSame(
    rows,
    Object.entries(aadsts).map(([code, { error, status }]) => `${code} ${error} ${status}`)
  )
})

t.test('each behaviour and each code has a source, and a test file that is there', async t => {
  const rows = [...readme.matchAll(/^\| (.+) \|$/gm)].map(([, cells = '']) => cells.split(' | '))
  const checked = rows.filter(cells => cells.at(-1)?.startsWith('`test/'))
  t.ok(checked.length > Object.keys(aadsts).length, 'the behaviours stand beside the codes')
  for (const cells of checked) {
    const [name = '', source = '', ...files] = [cells[0], cells.at(-2), ...(cells.at(-1) ?? '').split(', ')]
    t.ok(source.length > 2, `${name} has a source`)
    for (const file of files) t.ok(existsSync(new URL(`../${file.slice(1, -1)}`, import.meta.url)), `${name}: ${file}`)
  }
})

const sample = fileURLToPath(new URL('../sample/directory.yaml', import.meta.url))
const [, section = ''] = /^## As the identity provider[^\n]*\n(.*?)^## /ms.exec(readme) ?? []

t.test('what the README tells a resource server is what the sample directory has', async t => {
  const directory = readFileSync(sample, 'utf8')
  const told = [
    ...section.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\bhttp:\/\/127\.0\.0\.1:8080\/mcp\b|mcp_\w+|Mcp\.[A-Z]\w+/g)
  ]
  t.ok(told.length > 10)
  for (const [value] of told) t.ok(directory.includes(value), value)
})

t.test('the commands of the README print a token for the API, and how many groups Max is in', async t => {
  const emulator = await startEntraEmulator({ directory: sample })
  t.teardown(() => emulator.close())
  const commands = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, command = '']) => command)
  const run = async (command = ''): Promise<string> => {
    const here = command.replaceAll('http://127.0.0.1:8082', emulator.authority)
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', here])
    t.equal(stderr, '')
    return stdout.trim()
  }
  const { aud, iss, roles, scp } = decodeJwt(await run(commands[0]))
  t.strictSame(
    { aud, roles, scp },
    { aud: 'b92d6e60-86ff-4359-b971-04404fe079ec', roles: ['Mcp.Invoke'], scp: undefined }
  )
  t.equal(iss, `${emulator.authority}/11111111-2222-4333-8444-555555555555/v2.0`)
  t.equal(await run(commands[1]), '250')
})
