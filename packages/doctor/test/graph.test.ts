import t from 'tap'
import { graphOrigin, type Read, readApplication } from '../src/index.ts'

const entra = 'https://login.microsoftonline.com/t/v2.0/.well-known/openid-configuration'
const emulator = 'http://127.0.0.1:8082/t/v2.0/.well-known/openid-configuration'

t.test('Graph is where Microsoft has it, whatever metadata says, or beside an emulator', async t => {
  const issuer = 'https://login.microsoftonline.com/t/v2.0'
  t.equal(graphOrigin({ issuer }, entra), 'https://graph.microsoft.com')
  for (const host of ['graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn']) {
    t.equal(graphOrigin({ issuer, msgraph_host: host }, entra), `https://${host}`)
  }
  t.equal(graphOrigin({ issuer, msgraph_host: '127.0.0.1:8082' }, emulator), 'http://127.0.0.1:8082')
  const refused: [string, string][] = [
    ['graph.microsoft.com.evil.example', entra],
    ['127.0.0.1:8082', entra],
    ['evil.example', emulator],
    ['user@127.0.0.1:8082', emulator],
    ['127.0.0.1:8082/x', emulator],
    ['127.0.0.1.evil.example', emulator],
    ['', emulator]
  ]
  for (const [host, from] of refused) {
    t.throws(() => graphOrigin({ issuer, msgraph_host: host }, from), /no Microsoft Graph/, host)
  }
})

t.test('what Graph refuses is said without the token', async t => {
  const refusals: [number, RegExp][] = [
    [401, /does not take the token/],
    [403, /Application.Read.All/],
    [404, /no app registration/],
    [429, /answered 429/],
    [200, /no app registration in the format/]
  ]
  for (const [status, said] of refusals) {
    const asked: string[] = []
    const read: Read = async (url, headers) => {
      asked.push(url, headers?.['authorization'] ?? '')
      return { status, location: undefined, text: '{}' }
    }
    const { registration } = await readApplication('https://graph.microsoft.com', 'a/b', 'secret-token', read)
    t.match(registration, { missing: said })
    t.notMatch(JSON.stringify(registration), 'secret-token')
    t.strictSame(asked.slice(0, 2), [
      "https://graph.microsoft.com/v1.0/applications(appId='a%2Fb')",
      'Bearer secret-token'
    ])
  }
})
