import { RE2JS } from '@bufbuild/re2'
import { foldCase } from '@sluice/plugin-api'
import t from 'tap'
import { anchorOf, thingText } from '../src/anchors.ts'
import { partsOfPattern } from '../src/pattern-parts.ts'

const shown = (pattern: string): readonly string[] =>
  partsOfPattern(pattern).map(({ text, first, last }) => `${first ? '^' : ''}${text}${last ? '$' : ''}`)

t.test('what has to be in whatever a pattern matches', async t => {
  const rows: Readonly<Record<string, readonly string[]>> = {
    '^drop_.*$': ['^drop_'],
    _admin$: ['_admin$'],
    '^drop$': ['^drop$'],
    '.*secret.*': ['secret'],
    '^(get|list)_notes$': ['_notes$'],
    '(delete|purge)_.*': ['delete', 'purge'],
    'delete|^purge|_all$': ['delete', '^purge', '_all$'],
    '(?i)Drop': ['Drop'],
    'ab?cde+f': ['cde'],
    'a{2}bc': ['bc'],
    'a\\.b\\d': ['a.b'],
    '[a-z]+_x[]]': ['_x'],
    '(secret)?x': ['x'],
    '(a|b)x': ['x'],
    '(secret)+x': ['secret'],
    'a|b|': ['a', 'b', ''],
    '': [''],
    '.*': [''],
    '(?m)^a$': [''],
    '(?P<x>a)b': [''],
    '\\x41bc': [''],
    '\\Qa.b\\E': [''],
    '^*a': ['']
  }
  for (const [pattern, parts] of Object.entries(rows)) {
    t.strictSame(shown(pattern), parts, pattern)
    RE2JS.compile(pattern)
  }
})

t.test('of ten thousand patterns made by chance none matches what has none of its parts', async t => {
  let seed = 4711
  const next = () => (seed = (seed * 48_271) % 2_147_483_647)
  const any = <T>(list: readonly T[]): T => list[next() % list.length]!
  const atoms = ['a', 'b', 'k', 'A', '_', '^', '$', '.', '[ab]', '[^a]', '[]b]', '\\w', '\\.', 'é', ' ', '{', '}', '-']
  const repetitions = ['', '', '', '', '*', '+', '?', '{2}', '{0,1}', '+?', '*?']
  const sequence = (depth: number): string =>
    Array.from({ length: next() % 5 }, () => {
      const group = depth > 0 && next() % 4 === 0
      return (group ? `(${any(['', '?:', '?i:'])}${alternatives(depth - 1)})` : any(atoms)) + any(repetitions)
    }).join('')
  const alternatives = (depth: number): string =>
    Array.from({ length: 1 + (next() % 3 === 0 ? next() % 3 : 0) }, () => sequence(depth)).join('|')
  const signs = ['a', 'b', 'A', 'B', 'k', '\u212a', '_', '.', 'é', 'É', ' ', '{', '-', '\n']
  const names = Array.from({ length: 60 }, () => Array.from({ length: next() % 7 }, () => any(signs)).join(''))
  let [matched, found] = [0, 0]
  for (let i = 0; i < 10_000; i++) {
    const pattern = (next() % 8 === 0 ? '(?i)' : '') + alternatives(2)
    let compiled: RE2JS
    try {
      compiled = RE2JS.compile(pattern, next() % 2 === 0 ? RE2JS.CASE_INSENSITIVE : 0)
    } catch {
      continue
    }
    const anchors = partsOfPattern(pattern).map(part => anchorOf('tool', part))
    if (anchors.includes(undefined)) continue
    found++
    for (const name of names) {
      if (!compiled.test(name)) continue
      matched++
      const text = thingText('tool', foldCase(name))
      if (!anchors.some(anchor => text.includes(anchor!)))
        t.fail(
          `${pattern} matches ${JSON.stringify(name)}, in which there is none of ${JSON.stringify(shown(pattern))}`
        )
    }
  }
  t.ok(found > 1000 && matched > 5000, `${found} patterns have parts, and matched ${matched} times`)
})
