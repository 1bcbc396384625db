import { aadsts } from '@sluice/entra-emulator'
import t from 'tap'
import { explain, explanations, readCode } from '../src/index.ts'

t.test('a code is found in what Entra says and in what people type', async t => {
  const texts: Record<string, number | undefined> = {
    AADSTS9010010: 9010010,
    aadsts50011: 50011,
    '9010010': 9010010,
    ' 90009\n': 90009,
    "AADSTS50011: The redirect URI 'http://127.0.0.1:1234567/' does not match.\r\nTrace ID: 1": 50011,
    'two: AADSTS70011 and AADSTS28000': 70011,
    'port 90009 is taken': undefined,
    AADSTS: undefined,
    XAADSTS70011: undefined,
    '': undefined
  }
  for (const [text, code] of Object.entries(texts)) t.equal(readCode(text), code, text)
})

t.test('a known code is explained, an unknown one is not', async t => {
  t.strictSame(explain('AADSTS54005: x'), { code: 'AADSTS54005', ...explanations[54005] })
  t.match(explain('50011'), { ...explanations[50011], atFacade: /platform Web/ }, 'and in the gateway’s words')
  for (const text of ['AADSTS99999999', '__proto__', 'constructor', '']) t.equal(explain(text), undefined, text)
})

t.test('every code that the emulator gives is explained', async t => {
  for (const code of Object.keys(aadsts)) t.ok(code in explanations, code)
})

t.test('the sentences fit into an error_description and a sentence ends', async t => {
  for (const [code, { meaning, fix }] of Object.entries(explanations)) {
    for (const text of [meaning, fix]) t.match(text, /^[A-Za-z][ !#-[\]-~]+\.$/, code)
  }
})
