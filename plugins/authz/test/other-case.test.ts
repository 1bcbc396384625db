import t from 'tap'
import type { RuleConfig } from '../src/config.ts'
import { Policy } from '../src/policy.ts'
import type { Question } from '../src/question.ts'

const inOtherCase = (rule: RuleConfig, name: string): boolean =>
  new Policy([rule], () => ({ name: 'rules[0]', place: '' })).isNamedInOtherCase({ kind: 'tool', name } as Question)

t.test('a name that differs from one in a rule by case alone is known, whatever the rule makes of it', async t => {
  const rules: readonly RuleConfig[] = [
    { deny: 'mcp.tool.name == "drop_table"' },
    { allow: 'mcp.tool.name != "drop_table"' },
    { require: 'mcp.tool.name != "drop_table"' },
    { deny: 'mcp.tool.name == "drop_table" || "guest" in principal.roles' },
    { deny: '!(mcp.tool.name in ["drop_table", "list"]) && principal.kind == "app"' },
    { deny: 'mcp.tool.name.startsWith("drop_")' },
    { deny: 'mcp.tool.name.startsWith("drop_") || principal.kind == "app"' },
    { deny: 'mcp.tool.name.matches("^drop_.*")' }
  ]
  for (const rule of rules) {
    for (const name of ['DROP_TABLE', 'Drop_table'])
      t.equal(inOtherCase(rule, name), true, `${name}: ${JSON.stringify(rule)}`)
    for (const name of ['drop_table', 'echo'])
      t.equal(inOtherCase(rule, name), false, `${name}: ${JSON.stringify(rule)}`)
  }
  t.equal(inOtherCase({ deny: 'mcp.prompt.name == "drop_table"' }, 'Drop_table'), false, 'a prompt is no tool')
})
