import { closing } from '../support/closing.ts'
import { carryOut, type Outcome } from './carry-out.ts'
import type { Attack } from './attack.ts'
import { tables } from './tables.ts'
import { Target } from './target.ts'

const WIDTH = 60

/** The part of a request that makes it an attack is its line and what is not in every request. */
const sentBy = ({ sent }: Attack): string => {
  const text = JSON.stringify(sent.replace('Host: mcp.contoso.example\r\nConnection: close\r\n', '')).slice(1, -1)
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH / 2)} … ${text.slice(-WIDTH / 2)}`
}

const inWords = (status: number, error: string | undefined, code: string | undefined): string =>
  [status === 0 ? 'closed' : status, error, code].filter(word => word !== undefined).join(' ')

const gotBy = ({ answer, faults }: Outcome): string =>
  [inWords(answer.status, answer.error, answer.code), ...faults.map(fault => `✗ ${fault}`)].join(' ')

let failed = 0
let all = 0
for (const { subject, rows } of tables) {
  const { t, close } = closing()
  try {
    const target = await Target.prepare(t)
    console.log(`\n${subject}: row · sent · expected · got\n`)
    for (const attack of await rows(target)) {
      const outcome = await carryOut(attack, target)
      const { status, error, code } = attack.expected
      console.log(`${++all} ${attack.name} · ${sentBy(attack)} · ${inWords(status, error, code)} · ${gotBy(outcome)}`)
      if (outcome.faults.length > 0) failed++
    }
  } finally {
    await close()
  }
}
console.log(`\n${all} attacks, ${failed} of which had another outcome than expected`)
process.exitCode = failed === 0 ? 0 : 1
