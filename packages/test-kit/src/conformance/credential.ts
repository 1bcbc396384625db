import { inspect } from 'node:util'
import type { BreachList } from './breach.ts'

/** What stands in for an access token in the kit's requests. It must turn up nowhere else. */
export const CREDENTIAL = 'conformance-credential-4f0c6e'

const WHOLE = { depth: 10, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: Infinity }

/** Checks that what a filter let out has no credential in it. */
export const checkNoCredential = (where: string, said: unknown, breaches: BreachList): void => {
  if (!inspect(said, WHOLE).includes(CREDENTIAL)) return
  breaches.add('credentials', `the Authorization of the request stands in ${where}`)
}
