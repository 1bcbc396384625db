import { isAmbiguousName, isAmbiguousUri, isAmbiguousUriTemplate } from '@sluice/plugin-api'
import t from 'tap'

t.test('what a URL parser takes for another URI is ambiguous', async t => {
  for (const uri of [
    // No slashes, one, three, and those of Windows.
    'file:/secret/a',
    'file:secret/a',
    'https:/intern.example/x',
    'https:intern.example/x',
    'https:///intern.example/x',
    String.raw`https:\\intern.example\x`,
    String.raw`file:///open\..\secret`,
    // Hosts.
    'file://localhost/secret/a',
    'https://intern.example:443/x',
    'https://intern.example:/x',
    'http://intern.example:80/x',
    'https://intern.example:0443/x',
    'wss://intern.example:443/x',
    'https://Intern.example/x',
    'https://intern。example/x',
    'https://intern%2eexample/x',
    'https://bücher.example/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://[0:0::1]/x',
    'https://intern.example',
    'note://hr:/a',
    'note://@hr/a',
    'fetch://https://intern.example/x',
    // Paths.
    'file:///open/../secret/a',
    'file:///open/.%2e/secret/a',
    'file:///%73ecret/a',
    'file:///sec\tret/a',
    'file:///secret/a\n',
    ' file:///secret/a',
    'file:///C|/secret',
    'file:///open/gehälter',
    'note://hr/gehälter',
    'urn:gehälter',
    'file:///a"b',
    'file:///{a}',
    'note://hr/a^b',
    "https://intern.example/?q='a'"
  ])
    t.ok(isAmbiguousUri(uri), uri)
})

t.test('what opens the same thing as a shorter URI is ambiguous', async t => {
  for (const uri of [
    'file://127.0.0.1/secret/a',
    'file://server/secret/a',
    'file://x@/secret/a',
    'file:////secret/a',
    'file:///open//secret/a',
    'https://u@intern.example/x',
    'https://u:p@intern.example/x',
    'https://intern.example./x',
    'https://intern.example.:8443/x',
    'https://intern.example:99999/x',
    'file:///secret/a?',
    'file:///secret/a#',
    'note://hr/a?#b'
  ])
    t.ok(isAmbiguousUri(uri), uri)
})

t.test('URIs as servers write them are not', async t => {
  for (const uri of [
    'file:///',
    'file:///secret/a',
    'file:///C:/Users/x/.gitignore',
    'file:///open/geh%C3%A4lter%20(2).md',
    'file:///a?tail=10#l5',
    'https://intern.example/',
    'https://intern.example:8443/x//y?q=a%26b&c=//#d',
    'https://xn--bcher-kva.example/x',
    'https://[::1]/x',
    'https://127.0.0.1/x',
    'custom://Host/a',
    'custom://host',
    'custom:a/b',
    'postgres://user:pass@db/schema',
    'note://42',
    'test://static-text',
    'ui://widget/view.html',
    'urn:isbn:0451450523',
    'data:text/plain,a',
    'notes/1',
    ''
  ])
    t.notOk(isAmbiguousUri(uri), uri)
})

t.test('templates are judged by their text', async t => {
  for (const template of [
    'file:///{+path}',
    'file://{path}',
    'https://{host}/{id}',
    'x://a{?q,r*}',
    'user://{id}/a{.f}'
  ])
    t.notOk(isAmbiguousUriTemplate(template), template)
  for (const template of ['file:///open/../{x}', 'FILE:///{x}', 'file:///{x}\u200b'])
    t.ok(isAmbiguousUriTemplate(template), template)
})

t.test('a name with what nobody sees is ambiguous', async t => {
  for (const sign of ['\u2800', '\u3164', '\u115f', '\u200b', '\u00ad', ' ', '\ufe0f', '\u0000'])
    t.ok(isAmbiguousName(`drop${sign}`), JSON.stringify(sign))
  t.notOk(isAmbiguousName('drop'))
})
