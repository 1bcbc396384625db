import t from 'tap'
import { foldCase } from '../src/letter-case.ts'

t.test('a folded text begins with, ends with and contains the folded forms of what it did', async t => {
  const texts = ['ΑΣ', 'ΑΣΟ', 'straße', 'STRASSE', '\u017fet', '\u212aey', 'İx', 'Drop_1']
  for (const text of texts) {
    for (let from = 0; from <= text.length; from++) {
      for (const [start, end] of [text.slice(0, from), text.slice(from)].map((part, i) => [i, part] as const))
        t.ok(start === 0 ? foldCase(text).startsWith(foldCase(end)) : foldCase(text).endsWith(foldCase(end)), text)
    }
  }
  t.equal(foldCase('\u017fET\u212a'), 'setk')
  t.equal(foldCase('ΑΣ'), foldCase('ας'))
})

t.test('a sign in capitals and in small letters is one', async t => {
  const apart: string[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    const sign = String.fromCodePoint(code)
    const forms = [sign, sign.toLowerCase(), sign.toUpperCase()].map(foldCase)
    if (new Set(forms).size > 1) apart.push(sign)
  }
  t.strictSame(apart, [])
  t.equal(foldCase('STRA\u1e9eE'), foldCase('straße'))
})
