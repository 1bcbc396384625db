import type { Findings } from './result.ts'
import type { Workbench } from './workbench.ts'

/** Something that is found out, in a run of its own. */
export interface Scenario extends Omit<Findings, 'rows'> {
  /** How many distinct tokens it takes. */
  readonly tokens: (quick: boolean) => number
  /** Runs only where `--only` names it. */
  readonly byNameOnly?: boolean
  readonly run: (bench: Workbench) => Promise<Findings['rows']>
}
