import { isDeepStrictEqual } from 'node:util'
import { closing } from '../support/closing.ts'
import { runEveryWay } from './every-way.ts'
import { EXPECTED_FAILURES } from './expected-failures.ts'
import { type CheckResult, REVISIONS } from './suite.ts'

/** What a check came to, as often as it was made: `SUCCESS`, `2 SUCCESS`, `SUCCESS, 3 FAILURE`. */
const statusOf = (results: readonly CheckResult[]): string => {
  const counts = Map.groupBy(results, ({ status }) => status)
  return Array.from(counts, ([status, { length }]) => (length === 1 ? status : `${length} ${status}`)).join(', ') || '-'
}

const total = (results: readonly CheckResult[]): string => {
  const count = (status: CheckResult['status']): number => results.filter(result => result.status === status).length
  return `${count('SUCCESS')} of ${results.length} pass, ${count('FAILURE')} fail, ${count('SKIPPED')} skipped`
}

/** The table in a sentence: what a reader of it would have to count. */
const verdict = (direct: readonly CheckResult[], ...ways: readonly (readonly CheckResult[])[]): string => {
  const failures = direct.filter(({ status }) => status === 'FAILURE')
  const unexpected = failures.filter(({ scenario }) => EXPECTED_FAILURES[scenario] === undefined)
  const reasons = new Set(failures.map(({ scenario }) => EXPECTED_FAILURES[scenario] ?? 'not expected'))
  return [
    ways.every(way => isDeepStrictEqual(direct, way)) ? 'All ways are equal, check by check.' : 'The ways DIFFER.',
    ...(failures.length === 0
      ? []
      : [`${failures.length - unexpected.length} of ${failures.length} failures are expected:`]),
    ...reasons
  ].join(' ')
}

for (const revision of REVISIONS) {
  const { t, close } = closing()
  try {
    const { direct, gateway, reading, policed } = await runEveryWay(t, revision)
    const rows = Map.groupBy(
      [...direct, ...gateway, ...reading, ...policed],
      ({ scenario, check }) => `${scenario} · ${check}`
    )
    console.log(
      `MCP ${revision}: scenario · check · direct · gateway · gateway reading messages · gateway with a policy\n`
    )
    for (const [name, all] of rows) {
      const of = (results: readonly CheckResult[]): string => statusOf(all.filter(result => results.includes(result)))
      const expected = EXPECTED_FAILURES[all[0]?.scenario ?? '']
      console.log(
        `${name} · ${of(direct)} · ${of(gateway)} · ${of(reading)} · ${of(policed)}${expected === undefined ? '' : ' (expected)'}`
      )
    }
    console.log(
      `\ndirect:  ${total(direct)}\ngateway: ${total(gateway)}\nreading: ${total(reading)}\npolicy:  ${total(policed)}\n${verdict(direct, gateway, reading, policed)}\n`
    )
  } finally {
    await close()
  }
}
