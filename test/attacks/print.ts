import { closing } from '../support/closing.ts'
import { HOST } from './requests.ts'
import { carryOut, type Outcome } from './carry-out.ts'
import type { Attack } from './attack.ts'
import { tables } from './tables.ts'
import { Target } from './target.ts'

const WIDTH = 90
/** Lines that say nothing of the attack, as long as there are others. */
const USUAL = new Set([
  `Host: ${HOST}`,
  'Connection: close',
  'Content-Type: application/json',
  'Content-Length: 2',
  'X-Kept: 1'
])

const sentBy = ({ sent }: Attack): string => {
  const lines = sent
    .slice(0, 2000)
    .split('\r\n')
    .filter(line => line !== '' && !USUAL.has(line))
  const text = JSON.stringify(lines.join(' ⏎ ')).slice(1, -1)
  return text.length <= WIDTH ? text : `${text.slice(0, (2 * WIDTH) / 3)} … ${text.slice(-WIDTH / 3)}`
}

const inWords = (status: number, error: string | undefined, code: string | undefined): string =>
  [status === 0 ? 'closed' : status, error, code].filter(word => word !== undefined).join(' ')

const gotBy = ({ answer, seen, faults }: Outcome): string =>
  [inWords(answer.status, answer.error, answer.code), `upstream: ${seen}`, ...faults.map(fault => `✗ ${fault}`)].join(
    ' '
  )

let failed = 0
let all = 0
for (const { subject, rows } of tables) {
  const { t, close } = closing()
  try {
    const target = await Target.prepare(t)
    console.log(`\n${subject}: row · sent · expected, and requests at the upstream · got\n`)
    for (const attack of await rows(target)) {
      const outcome = await carryOut(attack, target)
      const { status, error, code, saw = [] } = attack.expected
      console.log(
        `${++all} ${attack.name} · ${sentBy(attack)} · ${inWords(status, error, code)} upstream: ${saw.length} · ${gotBy(outcome)}`
      )
      if (outcome.faults.length > 0) failed++
    }
  } finally {
    await close()
  }
}
console.log(`\n${all} attacks, ${failed} of which had another outcome than expected`)
process.exitCode = failed === 0 ? 0 : 1
