import { fakeExchange, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import { Caller } from '../src/caller.ts'
import type { RuleConfig } from '../src/config.ts'
import { Person } from '../src/person.ts'
import { Policy } from '../src/policy.ts'
import { type Kind, newQuestion } from '../src/question.ts'

const allows = (rules: readonly RuleConfig[], name: string, kind: Kind = 'tool'): boolean => {
  const policy = new Policy(rules, () => ({ name: '', place: '' }))
  const caller = new Caller(fakeExchange(), new Person(fakePrincipal(), policy.ofPerson), policy.ofRequest)
  return policy.decide(newQuestion('x', kind, name, {}), caller).allowed
}

t.test('what refuses holds for a name in any case', async t => {
  const rows: readonly (readonly [rule: string, refused: string, spelled: string, other: string])[] = [
    ['mcp.tool.name == "drop_table"', 'DROP_table', 'drop_table', 'drop'],
    ['mcp.tool.name in ["a", "Drop"]', 'dROP', 'Drop', 'dropped'],
    ['mcp.tool.name.startsWith("Drop_")', 'DROP_x', 'Drop_x', 'x_drop'],
    ['mcp.tool.name.endsWith("_admin")', 'users_ADMIN', 'users_admin', 'admin_users'],
    ['mcp.tool.name.contains("secret")', 'get_Secrets', 'get_secrets', 'get_seecret'],
    ['mcp.tool.name.matches("^drop_[a-z]+$")', 'DROP_ALL', 'drop_all', 'drop_1'],
    ['mcp.tool.name.matches("^[^A-Z]+$")', 'x', 'x', 'X'],
    ['["drop_", "purge_"].exists(p, mcp.tool.name.startsWith(p))', 'PURGE_x', 'purge_x', 'x_purge_'],
    ['!(mcp.tool.name != "drop")', 'DROP', 'drop', 'x']
  ]
  for (const [rule, refused, spelled, other] of rows) {
    for (const rules of [[{ deny: rule }], [{ require: `!(${rule})` }], [{ allow: `!(${rule})` }]]) {
      const about = JSON.stringify(rules)
      t.equal(allows(rules, refused), false, `${refused}: ${about}`)
      t.equal(allows(rules, spelled), false, `${spelled}: ${about}`)
      t.equal(allows(rules, other), true, `${other}: ${about}`)
    }
  }
})

t.test('what lets through wants a name as it is spelled', async t => {
  for (const rule of [
    'mcp.tool.name == "get_time"',
    'mcp.tool.name.startsWith("get_")',
    'mcp.tool.name.endsWith("_time")',
    'mcp.tool.name.contains("t_t")',
    'mcp.tool.name.matches("^get_.*$")'
  ]) {
    for (const rules of [[{ allow: rule }], [{ require: rule }], [{ deny: `!(${rule})` }]]) {
      t.equal(allows(rules, 'get_time'), true, JSON.stringify(rules))
      t.equal(allows(rules, 'GET_TIME'), false, JSON.stringify(rules))
    }
  }
})

t.test('a rule on things of one kind says nothing of another, and none of what has no name', async t => {
  t.equal(allows([{ deny: 'mcp.prompt.name == "drop"' }], 'DROP'), true)
  t.equal(allows([{ deny: 'mcp.resource.uri.startsWith("file:///hr/")' }], 'FILE:///HR/pay', 'resource'), false)
  t.equal(allows([{ deny: 'principal.clientId == "CLIENT"' }], 'x'), true)
})
