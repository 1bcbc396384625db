import t from 'tap'
import { decimalOf } from '../../src/mcp/decimal.ts'
import { writeAgain } from '../../src/mcp/written-numbers.ts'

void t.test('one number has one form, however it is written', async t => {
  const same = [
    ['1', '1.0', '10e-1', '0.1e1', '1E0', '1e+0', '100e-2'],
    ['-15e-1', '-1.5', '-1.50', '-150E-2'],
    ['0', '-0', '0.0', '0e5', '-0.00e-7'],
    ['12345678901234567890', '1234567890123456789e1', '12345678901234567890.0'],
    ['1e400', '10e399', '0.1e401']
  ]
  const forms = same.map(spellings => [...new Set(spellings.map(decimalOf))])
  t.strictSame(
    forms.map(({ length }) => length),
    same.map(() => 1)
  )
  t.equal(new Set(forms.flat()).size, same.length, 'and no two have the same')
})

void t.test('what was kept is written as it came, character by character', async t => {
  const texts = [
    '{"a":1.0,"b":[1e400,-1E+2,{"c":12345678901234567890}],"d":"1.0","e\\u0031":0.10,"1":2.0}',
    ' [ 1.0 ,\t{ "a" : 1.50 } ,\n[ ] , { } , null , true , "x" , 1e-7 ] ',
    '{"__proto__":1.0,"a":{"__proto__":{"n":1.0}}}'
  ]
  for (const text of texts) {
    const value = JSON.parse(text) as object
    const packed = text.replaceAll(/[ \t\n]/g, '').replace('\\u0031', '1')
    // Names that are whole numbers come first in JavaScript.
    const expected = packed.replace(/^\{(.*),"1":2.0\}$/, '{"1":2.0,$1}')
    t.equal(writeAgain(value, text, value), expected)
  }
})

void t.test('of very many spellings the rest are written as JavaScript writes them', async t => {
  const text = `[${Array.from({ length: 10_001 }, () => '1.0').join()},12345678901234567890]`
  const value = JSON.parse(text) as number[]
  const written = writeAgain(value, text, value)
  t.equal(written.slice(-31), '1.0,1.0,1,12345678901234567890]', 'but a number that cannot be held is never another')
})

void t.test('what a filter adds is its own', async t => {
  const text = '{"n":12345678901234567890,"m":{"n":1.0}}'
  const value = JSON.parse(text) as { n: number; m: { n: number } }
  const after = { ...value, m: { n: 2, o: 12_345_678_901_234_567_000 }, at: new Date(0), none: undefined, q: NaN }
  t.equal(
    writeAgain(after, text, value),
    '{"n":12345678901234567890,"m":{"n":2,"o":12345678901234567000},"at":"1970-01-01T00:00:00.000Z","q":null}'
  )
})

void t.test('an array that a filter cut in place has other numbers in the old places', async t => {
  const two = '{"ids":[12345678901234567890,12345678901234567891]}'
  const cut = JSON.parse(two) as { ids: number[] }
  cut.ids.shift()
  t.throws(() => writeAgain(cut, two, cut), { message: /two numbers of one name/ })
  const one = '{"ids":[1,12345678901234567890]}'
  const rest = JSON.parse(one) as { ids: number[] }
  rest.ids.shift()
  t.equal(writeAgain(rest, one, rest), '{"ids":[12345678901234567890]}', 'where it can be told, it is told')
})
