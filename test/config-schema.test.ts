import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import t from 'tap'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'config/schema.json')

t.test('config/schema.json is what sluice schema prints', async t => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'packages/cli/bin/sluice.js'), 'schema'])
  t.equal(readFileSync(file, 'utf8'), stdout, 'npx --no-install sluice schema > config/schema.json')
})

t.test('every configuration of the repository fits it, substitutions and all', async t => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')) as object)
  const examples = globSync('config/**/*.yaml', { cwd: root })
  t.ok(examples.length >= 2)
  for (const example of examples) {
    t.ok(validate(parse(readFileSync(join(root, example), 'utf8'))), `${example}: ${JSON.stringify(validate.errors)}`)
  }
})

t.test('it tells an editor of a misspelt key, a wrong type and a missing one', async t => {
  const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')) as object)
  const good = parse(readFileSync(join(root, 'config/sluice.yaml'), 'utf8')) as Record<string, unknown>
  t.equal(validate({ ...good, liste: {} }), false)
  t.equal(validate({ ...good, listen: { port: 'many' } }), false)
  t.equal(validate({ ...good, listen: { port: '${PORT}' } }), true)
  t.equal(validate({ ...good, filters: [{ 'jwt-entra': {} }] }), false)
  t.equal(validate({ ...good, filters: [{ '@contoso/dlp': { any: 1 } }] }), true)
})
