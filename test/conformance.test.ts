import t from 'tap'
import { runEveryWay } from './conformance/every-way.ts'
import { EXPECTED_FAILURES } from './conformance/expected-failures.ts'
import { type CheckResult, REVISIONS } from './conformance/suite.ts'

const told = ({ scenario, check, status }: CheckResult): string => `${scenario} · ${check} · ${status}`

const failing = (results: readonly CheckResult[]): string[] => [
  ...new Set(results.flatMap(({ scenario, status }) => (status === 'FAILURE' ? scenario : [])))
]

for (const revision of REVISIONS) {
  t.test(`what conforms to ${revision} does so through the gateway`, async t => {
    const { direct, gateway, reading, policed } = await runEveryWay(t, revision)
    const scenarios = new Set(direct.map(({ scenario }) => scenario))
    t.ok(scenarios.size > 30, `${scenarios.size} scenarios ran`)
    t.strictSame(gateway.map(told), direct.map(told), 'every check ends as it does without the gateway')
    t.strictSame(reading.map(told), direct.map(told), 'also where it reads every message')
    t.strictSame(policed.map(told), direct.map(told), 'and where a policy allows everything')
    t.strictSame(
      failing(direct),
      Object.keys(EXPECTED_FAILURES).filter(scenario => scenarios.has(scenario)),
      'every scenario passes but those that are expected to fail'
    )
    t.strictSame(
      direct.filter(({ status }) => status === 'WARNING'),
      [],
      'no check warns'
    )
  })
}
