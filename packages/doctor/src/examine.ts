import { explain } from '@sluice/aadsts'
import { type Breakage, fault, type Outcome } from './breakage.ts'
import { breakages } from './breakages/all.ts'
import { valueOf } from './reading.ts'
import type { Setup } from './setup.ts'

/** One breakage, and whether this set-up has it. */
export interface Examined {
  readonly breakage: Breakage
  readonly outcome: Outcome
}

/** Looks for every breakage that is known. What Entra itself answered to a client's request counts above all inference. */
export const examine = (setup: Setup): readonly Examined[] => {
  const tried = valueOf(setup.tried)
  return breakages.map(breakage => {
    const outcome = breakage.examine(setup)
    const isAnswer = breakage.codes.some(code => code === tried)
    return { breakage, outcome: isAnswer && !isFault(outcome) ? answered(tried!) : outcome }
  })
}

const isFault = (outcome: Outcome): boolean => outcome.result === 'finding' && outcome.severity === 'fault'

const answered = (code: number): Outcome => {
  const { meaning, fix } = explain(String(code)) ?? { meaning: '', fix: '' }
  return fault(`Entra answers the request of this client with AADSTS${code}. ${meaning}`, 'this client', { text: fix })
}
