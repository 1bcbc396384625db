import { readFile } from 'node:fs/promises'
import t from 'tap'

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')
const readme = await read('../README.md')

/** First cells of the rows of a table of the README. */
const rows = (heading: string): readonly string[] => {
  const [table = ''] = new RegExp(`(?<=^\\| ${heading} \\|.*\\n\\|[-|]+\\n)(?:\\|.*\\n)+`, 'm').exec(readme) ?? []
  return Array.from(table.matchAll(/^\| `(\S+)` \|/gm), ([, cell]) => cell!)
}

t.test('the README has every check and every option', async t => {
  const [union = ''] =
    /(?<=export type Check =\n)(?: {2}\|.*\n)+/.exec(await read('../src/conformance/breach.ts')) ?? []
  const checks = Array.from(union.matchAll(/'(\S+)'/g), ([, check]) => check!)
  t.ok(checks.length > 5)
  t.strictSame(rows('check'), checks)
  const [options = ''] =
    /(?<=interface ConformanceOptions \{\n)[^}]*/.exec(await read('../src/conformance/options.ts')) ?? []
  t.strictSame(
    rows('option'),
    Array.from(options.matchAll(/^ {2}readonly (\w+)/gm), ([, option]) => option!)
  )
})
