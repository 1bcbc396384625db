import { fakeContext } from '@sluice/test-kit'
import t from 'tap'
import { readCredential } from '../src/credential.ts'

t.test('a certificate that is refused is not watched', async t => {
  const watched: string[] = []
  const ctx = {
    ...fakeContext(),
    directory: t.testdir({ 'cert.pem': 'none', 'key.pem': 'none' }),
    watchFile: (path: string) => {
      watched.push(path)
      return () => {}
    }
  }
  const certificate = { certificate: 'cert.pem', privateKey: 'key.pem' }
  t.throws(() => readCredential({ certificate }, { clientId: 'c', at: [], ctx }), /cert\.pem cannot be read as PEM/)
  t.strictSame(watched, [], 'nobody is there who would end it')
})
