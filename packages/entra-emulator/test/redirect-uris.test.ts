import t from 'tap'
import { ids } from './directory.ts'
import { authorize, start } from './oauth-client.ts'

t.test('a redirect URI matches byte for byte, but for the port of a native loopback', async t => {
  const emulator = await start(t)
  const web = { client_id: ids.web }
  const table: [boolean, string, Record<string, string>?][] = [
    [true, 'http://127.0.0.1/callback'],
    [true, 'http://127.0.0.1:1/callback'],
    [true, 'http://127.0.0.1:65535/callback'],
    [true, 'http://localhost'],
    [true, 'http://localhost:3000'],
    [true, 'com.contoso.app://back'],
    [false, 'http://localhost/'],
    [false, 'http://localhost:3000/'],
    [false, 'http://localhost:3000/callback'],
    [false, 'http://127.0.0.1:1/callback/'],
    [false, 'http://127.0.0.1:1/Callback'],
    [false, 'http://127.0.0.1:1/callback?x=1'],
    [false, 'http://127.0.0.1:/callback'],
    [false, 'http://127.0.0.1:1@evil.example/callback'],
    [false, 'http://127.0.0.1.evil.example/callback'],
    [false, 'http://127.0.0.2/callback'],
    [false, 'http://[::1]/callback'],
    [false, 'https://127.0.0.1/callback'],
    [false, 'com.contoso.app://back/'],
    [true, 'https://web.contoso.example/cb?x=1', web],
    [true, 'http://localhost:5000/cb', web],
    [false, 'https://web.contoso.example/cb', web],
    [false, 'https://web.contoso.example/cb?x=1&y=2', web],
    [false, 'https://web.contoso.example:443/cb?x=1', web],
    [false, 'http://localhost:5001/cb', web]
  ]
  for (const [matches, redirect_uri, changes] of table) {
    const response = await authorize(emulator, { redirect_uri, ...changes })
    t.equal(response.status, matches ? 302 : 400, redirect_uri)
    if (!matches) t.match(await response.text(), /AADSTS50011/)
  }
})
