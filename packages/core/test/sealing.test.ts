import t from 'tap'
import { makeSealing } from '../src/sealing.ts'

const OLD = 'an old secret of thirty-two characters'
const NEW = 'a new secret of thirty-two characters!'

t.test('what is sealed opens for its plugin, its circumstance and a listed key, and for nothing else', async t => {
  const sealing = makeSealing([OLD], 'one')
  const sealed = sealing.seal('the text: ümlaut', 'ada')
  t.match(sealed, /^[A-Za-z0-9_-]+$/)
  t.not(sealing.seal('the text: ümlaut', 'ada'), sealed)
  t.equal(sealing.open(sealed, 'ada'), 'the text: ümlaut')
  t.equal(makeSealing([OLD], 'one').open(sealed, 'ada'), 'the text: ümlaut', 'another process')
  t.equal(makeSealing([NEW, OLD], 'one').open(sealed, 'ada'), 'the text: ümlaut', 'a key on its way out')
  t.equal(sealing.open(makeSealing([NEW, OLD], 'one').seal('x', 'ada'), 'ada'), undefined, 'the first one seals')
  t.equal(sealing.open(sealed, 'grace'), undefined)
  t.equal(makeSealing([OLD], 'other').open(sealed, 'ada'), undefined)
  t.equal(makeSealing([NEW], 'one').open(sealed, 'ada'), undefined)
})

t.test('a digest is the same for the same text, plugin and first key', async t => {
  const digest = makeSealing([OLD], 'one').digest('the text: ümlaut')
  t.match(digest, /^[A-Za-z0-9_-]{43}$/)
  t.equal(makeSealing([OLD, NEW], 'one').digest('the text: ümlaut'), digest)
  for (const other of [makeSealing([NEW, OLD], 'one'), makeSealing([OLD], 'other')])
    t.not(other.digest('the text: ümlaut'), digest)
  t.not(makeSealing([OLD], 'one').digest('another'), digest)
})

t.test('nothing that was changed opens, nor any other spelling of it', async t => {
  const sealing = makeSealing([OLD], 'one')
  const sealed = sealing.seal('text', 'ada')
  for (let i = 0; i < sealed.length; i++) {
    const other = sealed[i] === 'A' ? 'B' : 'A'
    t.equal(sealing.open(sealed.slice(0, i) + other + sealed.slice(i + 1), 'ada'), undefined)
    t.equal(sealing.open(sealed.slice(0, i), 'ada'), undefined)
  }
  for (const more of ['A', '=', ' ', '\n', 'AAAA'])
    t.equal(sealing.open(sealed + more, 'ada'), undefined, JSON.stringify(more))
  for (const none of ['', '-', 'the-id-of-the-upstream']) t.equal(sealing.open(none, 'ada'), undefined, none)
})
