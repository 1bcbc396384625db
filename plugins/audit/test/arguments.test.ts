import { fakeContext, fakeMcpRequest } from '@sluice/test-kit'
import t from 'tap'
import { argumentFields } from '../src/arguments.ts'

const call = (given: unknown) => fakeMcpRequest({ params: { name: 'pay', arguments: given } })

const recorded = (given: unknown, redact: readonly string[] = []): unknown =>
  (
    JSON.parse(`{"x":0${argumentFields({ arguments: 'full', redact }, fakeContext())(call(given))}}`) as {
      arguments: unknown
    }
  ).arguments

t.test('what a pointer leads to is not recorded, and the call itself is as it was', async t => {
  const given = { iban: 'DE1', to: { iban: 'DE2', city: 'Bonn' }, list: [{ pin: 1 }, { pin: 2 }], 'a/b': 1, '~': 2 }
  const before = structuredClone(given)
  t.strictSame(recorded(given, ['/iban', '/to/iban', '/list/1/pin', '/a~1b', '/~0', '/none', '/list/9', '/list/01']), {
    iban: '[redacted]',
    to: { iban: '[redacted]', city: 'Bonn' },
    list: [{ pin: 1 }, { pin: '[redacted]' }],
    'a/b': '[redacted]',
    '~': '[redacted]'
  })
  t.strictSame(given, before)
  t.equal(recorded(given, ['']), '[redacted]', 'the empty pointer is the whole')
  const torn = JSON.parse('{"__proto__":{"iban":"DE1"},"b":1}') as object
  t.equal(JSON.stringify(recorded(torn, ['/__proto__/iban'])), '{"__proto__":{"iban":"[redacted]"},"b":1}')
})

t.test('nothing that is or is called like a credential is recorded', async t => {
  const jws = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'
  t.strictSame(
    recorded({
      text: `use ${jws} please`,
      header: 'authorization: Bearer abc.def==',
      password: 'x',
      passphrase: 4711,
      secret: true,
      clientSecret: 'x',
      api_key: 'x',
      nested: { access_token: ['x'], deep: [jws] },
      max_tokens: 100,
      city: 'Bonn',
      compass: 'north',
      pwd: 'x',
      pass: 'x',
      connectionString: 'AccountKey=x',
      AccountKey: 'x',
      note: `ghp_${'a'.repeat(36)} xoxb-1234567890-x AKIA${'A'.repeat(16)}`,
      pem: '-----BEGIN EC PRIVATE KEY-----\nabc+/=\n-----END EC PRIVATE KEY-----\nand more'
    }),
    {
      text: 'use [redacted] please',
      header: 'authorization: [redacted]',
      password: '[redacted]',
      passphrase: '[redacted]',
      secret: '[redacted]',
      clientSecret: '[redacted]',
      api_key: '[redacted]',
      nested: { access_token: '[redacted]', deep: ['[redacted]'] },
      max_tokens: 100,
      city: 'Bonn',
      compass: 'north',
      pwd: '[redacted]',
      pass: '[redacted]',
      connectionString: '[redacted]',
      AccountKey: '[redacted]',
      note: '[redacted] [redacted] [redacted]',
      pem: '[redacted]\nand more'
    }
  )
})

t.test('a digest is that of what would be recorded, and needs a key', async t => {
  const digest = argumentFields({ arguments: 'digest', redact: ['/pin'] }, fakeContext())
  t.equal(digest(call({ pin: 1, to: 'ü' })), ',"digest":"digest of {"pin":"[redacted]","to":"\\u00fc"}"')
  t.equal(digest(fakeMcpRequest({ method: 'ping', params: {} })), '')
  t.equal(
    argumentFields(
      { arguments: 'full', redact: [] },
      fakeContext()
    )(fakeMcpRequest({ method: 'resources/read', params: { uri: 'file:///a', _meta: { x: 1 } } })),
    ',"arguments":{"target":"file:///a"}'
  )
  t.throws(() => argumentFields({ arguments: 'digest', redact: [] }, fakeContext({ sealing: null })), {
    configPath: ['arguments'],
    message: /sealing\.keys/
  })
  t.equal(argumentFields({ arguments: 'none', redact: [] }, fakeContext())(call({ a: 1 })), '')
})
