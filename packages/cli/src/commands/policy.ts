import { type Command, configOption, UsageError } from '../command.ts'
import { loadFile } from '../load-file.ts'
import { CaseFault, type PolicyCase, readCases } from '../policy/case-file.ts'
import { Rehearsal, type Ruling } from '../policy/rehearsal.ts'
import { issuesOf, reportIssues } from '../report.ts'

/** `sluice policy test FILE`: runs a table of cases against the policies of the configuration. */
export const policy: Command = {
  name: 'policy',
  forms: ['test FILE [options]'],
  operands: 2,
  summary: 'run a table of cases (who, what, expected) against scope and authz of the configuration',
  exitCodes:
    '0 all cases are as expected, 1 some are not or the configuration or the table is wrong, 2 the command line is wrong or names a file that cannot be read.',
  options: configOption,
  run: async ({ configFile, operands: [action, file = ''] }) => {
    if (action !== 'test') throw new UsageError('write sluice policy test FILE')
    try {
      const table = readCases(file)
      const rehearsal = new Rehearsal(await loadFile(configFile), table)
      await rehearsal.start()
      try {
        return await play(table.cases, rehearsal)
      } finally {
        await rehearsal.close()
      }
    } catch (error) {
      if (error instanceof CaseFault) process.stderr.write(`${error.message}\n`)
      else reportIssues(issuesOf(error))
      return 1
    }
  }
}

const play = async (cases: readonly PolicyCase[], rehearsal: Rehearsal): Promise<number> => {
  let failed = 0
  for (const one of cases) {
    const ruling = await rehearsal.play(one)
    const wrong = differences(one, ruling)
    if (wrong.length > 0) failed++
    process.stdout.write(`${wrong.length === 0 ? 'ok    ' : 'NOT OK'}  ${sentence(one, ruling)}\n`)
    for (const line of wrong) process.stdout.write(`        ${one.place}: ${line}\n`)
  }
  process.stdout.write(`${cases.length - failed} of ${cases.length} cases are as expected.\n`)
  return failed === 0 ? 0 : 1
}

const sentence = (
  { who = 'nobody', kind, name }: PolicyCase,
  { decision, listed, rule, place, code }: Ruling
): string => {
  const by =
    rule === undefined ? (code ?? 'no rule is against it') : `${rule}${place === undefined ? '' : ` (${place})`}`
  return `${who}  ${kind} ${name}: ${decision}${listed ? '' : ', not listed'}; ${by}`
}

const noRuling = '; no policy decided this: look up the code in docs/errors.md, and mend the case or the configuration'

const differences = (one: PolicyCase, ruling: Ruling): readonly string[] => [
  ...(one.expect === ruling.decision ? [] : [`expected ${one.expect}${ruling.decision === 'error' ? noRuling : ''}`]),
  ...(one.listed === undefined || one.listed === ruling.listed
    ? []
    : [`expected ${one.listed ? 'listed' : 'not listed'}`]),
  ...(one.rule === undefined || one.rule === ruling.rule ? [] : [`expected the rule ${one.rule}`])
]
