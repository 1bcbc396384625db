import t from 'tap'
import { thingText } from '../src/anchors.ts'
import { Compiler } from '../src/compile.ts'
import { RuleIndex } from '../src/rule-index.ts'

t.test('no rule is asked twice about one thing, however often what it looks for is in the name', async t => {
  const compiler = new Compiler()
  const rules = ['mcp.tool.name.contains("a")', 'mcp.tool.name.contains("aa") || mcp.tool.name == "aaaa"', 'true'].map(
    text => ({ text, condition: compiler.compile(text, true) })
  )
  const index = new RuleIndex(rules)
  for (const one of [index, index.narrowed(() => true)]) {
    for (let i = 0; i < 2; i++) {
      const asked: string[] = []
      one.find(thingText('tool', 'aaaa'), ({ text }) => void asked.push(text) as never)
      t.strictSame(asked.toSorted(), rules.map(({ text }) => text).toSorted())
    }
  }
  const asked: string[] = []
  index
    .narrowed(({ text }) => text === 'true')
    .find(thingText('tool', 'aaaa'), ({ text }) => void asked.push(text) as never)
  t.strictSame(asked, ['true'], 'and one that cannot hold not at all')
})
