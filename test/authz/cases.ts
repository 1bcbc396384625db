import type { Principal } from '@sluice/plugin-api'
import { fakePrincipal } from '@sluice/test-kit'

/** The policy that the cases are about: one of each kind of rule. */
export const rules = [
  { id: 'readers', allow: 'has(mcp.tool) && mcp.tool.name.startsWith("get_") && "reader" in principal.roles' },
  { id: 'writers', allow: 'mcp.tool.name in ["put_note", "drop_all"] && "writers" in principal.groups' },
  { id: 'small-payments', allow: 'mcp.tool.name == "pay" && mcp.tool.arguments.amount <= 100' },
  {
    id: 'own-notes',
    allow: 'mcp.resource.uri.startsWith("note://public/") || mcp.resource.uri == "note://" + principal.objectId'
  },
  { id: 'prompts', allow: 'mcp.prompt.name == "summary" || "author" in jwt.scopes && has(mcp.prompt)' },
  { id: 'no-agents', deny: 'principal.kind in ["agent", "agent-user"] && mcp.tool.name != "get_time"' },
  { id: 'no-drop', deny: 'mcp.tool.name == "drop_all"' },
  { id: 'no-guests-with-secrets', deny: 'mcp.tool.name == "get_secret" && principal.guest' },
  { id: 'not-suspended', require: '!("suspended" in principal.roles)' },
  { id: 'files', allow: '!mcp.resource.uri.startsWith("note:") && "reader" in principal.roles' },
  { id: 'no-secret-files', deny: 'mcp.resource.uri.startsWith("file:///secret/")' },
  { id: 'no-intern-pages', deny: 'mcp.resource.uri.startsWith("https://intern.example/")' },
  { id: 'no-salaries', deny: 'mcp.resource.uri == "file:///open/geh%C3%A4lter"' }
]

const who = (more: Partial<Principal>): Principal => fakePrincipal({ claims: { acct: 0 }, ...more })

/** Who asks, in the order of the columns. */
export const callers: Readonly<Record<string, Principal>> = {
  nobody: who({ objectId: 'nobody' }),
  reader: who({ objectId: 'reader', roles: ['reader'] }),
  writer: who({ objectId: 'writer', groups: ['writers'] }),
  author: who({ objectId: 'author', scopes: ['author'] }),
  guest: who({ objectId: 'guest', roles: ['reader'], claims: { acct: 1 } }),
  unclear: who({ objectId: 'unclear', roles: ['reader'], claims: {} }),
  overage: who({ objectId: 'overage', groups: undefined }),
  suspended: who({ objectId: 'suspended', roles: ['reader', 'suspended'], groups: ['writers'] }),
  agent: who({ objectId: 'agent', kind: 'agent', roles: ['reader'], scopes: [], groups: ['writers'] }),
  app: who({ objectId: 'app', kind: 'app', roles: ['reader'], scopes: [] })
}

/**
 * What each of them may do: `+` call and see, `~` see but not with these arguments, `.` neither. Things that no list has
 * are asked for all the same: the rules do not know what there is.
 */
const TABLE = `
                                          nobody reader writer author guest unclear overage suspended agent app
  tool get_time                           .      +      .      .     +      +        .        .       +    +
  tool get_secret                         .      +      .      .     .      .        .        .       .    +
  tool get_nothing                        .      +      .      .     +      +        .        .       .    +
  tool put_note                           .      .      +      .     .      .        .        .       .    .
  tool drop_all                           .      .      .      .     .      .        .        .       .    .
  tool pay {"amount":100}                 +      +      +      +     +      +        +        .       .    +
  tool pay {"amount":101}                 ~      ~      ~      ~     ~      ~        ~        .       .    ~
  tool pay {"amount":"1"}                 ~      ~      ~      ~     ~      ~        ~        .       .    ~
  tool pay {}                             ~      ~      ~      ~     ~      ~        ~        .       .    ~
  tool Get_time                           .      .      .      .     .      .        .        .       .    .
  tool get_time\\u200b                    .      .      .      .     .      .        .        .       .    .
  tool \\uff47et_time                     .      .      .      .     .      .        .        .       .    .
  prompt summary                          +      +      +      +     +      +        +        .       .    +
  prompt draft                            .      .      .      +     .      .        .        .       .    .
  resource note://public/a                +      +      +      +     +      +        +        .       .    +
  resource note://public/../reader        .      .      .      .     .      .        .        .       .    .
  resource note://public/%2e%2e/x         .      .      .      .     .      .        .        .       .    .
  resource note://reader                  .      +      .      .     .      .        .        .       .    .
  resource note://writer                  .      .      +      .     .      .        .        .       .    .
  resource file:///open/a                 .      +      .      .     +      +        .        .       .    +
  resource https://www.example/x          .      +      .      .     +      +        .        .       .    +
  resource custom://Host/a                .      +      .      .     +      +        .        .       .    +
  template file://{+path}                 .      +      .      .     +      +        .        .       .    +
  resource file:///secret/a               .      .      .      .     .      .        .        .       .    .
  resource file:/secret/a                 .      .      .      .     .      .        .        .       .    .
  resource file:secret/a                  .      .      .      .     .      .        .        .       .    .
  resource file://localhost/secret/a      .      .      .      .     .      .        .        .       .    .
  resource file://127.0.0.1/secret/a      .      .      .      .     .      .        .        .       .    .
  resource file:////secret/a              .      .      .      .     .      .        .        .       .    .
  resource file:///open//../secret/a      .      .      .      .     .      .        .        .       .    .
  resource file:///sec\\tret/a            .      .      .      .     .      .        .        .       .    .
  resource file:///open/geh\\u00e4lter    .      .      .      .     .      .        .        .       .    .
  resource file:///open/geh%C3%A4lter     .      .      .      .     .      .        .        .       .    .
  resource https:/intern.example/x        .      .      .      .     .      .        .        .       .    .
  resource https:intern.example/x         .      .      .      .     .      .        .        .       .    .
  resource https:///intern.example/x      .      .      .      .     .      .        .        .       .    .
  resource https://intern.example:443/x   .      .      .      .     .      .        .        .       .    .
  resource https://intern.example:/x      .      .      .      .     .      .        .        .       .    .
  resource https://intern\\u3002example/x .      .      .      .     .      .        .        .       .    .
  resource https://intern.example./x      .      .      .      .     .      .        .        .       .    .
  resource https://u@intern.example/x     .      .      .      .     .      .        .        .       .    .
  resource https://%69ntern.example/x     .      .      .      .     .      .        .        .       .    .
  template note://public/{name}           +      +      +      +     +      +        +        .       .    +
  template note://{name}                  .      .      .      .     .      .        .        .       .    .
`

/** One case: who, what, and what comes of it. */
export interface Case {
  readonly who: string
  readonly kind: 'tool' | 'prompt' | 'resource' | 'template'
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>> | undefined
  readonly mayCall: boolean
  readonly maySee: boolean
}

const readTable = (): readonly Case[] => {
  const [head = '', ...rows] = TABLE.trim().split('\n')
  const columns = head.trim().split(/ +/)
  return rows.flatMap(row => {
    const [kind = '', name = '', ...rest] = row.trim().split(/ +/)
    const given = rest[0]!.startsWith('{') ? (JSON.parse(rest.shift()!) as Case['arguments']) : undefined
    return columns.map((column, i) => ({
      who: column,
      kind: kind as Case['kind'],
      name: JSON.parse(`"${name}"`) as string,
      arguments: given,
      mayCall: rest[i] === '+',
      maySee: rest[i] !== '.'
    }))
  })
}

export const cases = readTable()
