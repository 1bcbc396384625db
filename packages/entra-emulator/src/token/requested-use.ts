import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'

/** @throws EntraError 900144 if `requested_token_use` is missing, 9002313 if it is another than `on_behalf_of`. */
export const checkRequestedUse = (parameters: Parameters): void => {
  if (parameters.require('requested_token_use') !== 'on_behalf_of') throw new EntraError(9002313)
}
