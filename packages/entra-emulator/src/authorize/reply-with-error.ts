import type { Emulation } from '../emulation.ts'
import { describeError, EntraError } from '../entra-error.ts'
import { type Answer, pageAnswer } from '../http/answer.ts'
import { errorPage } from '../pages/error-page.ts'
import { type ReplyAddress, replyTo } from './reply-address.ts'

/** Where an error of an authorization request goes. */
export interface ErrorAddress {
  readonly replyTo: ReplyAddress
  readonly prompt: string | undefined
}

/** Refusals that the person is told and the client is not, unless it asked for no page at all. */
const forThePerson: ReadonlySet<number> = new Set([53003, 90094])

/** Runs a step; an error of it is shown on a page and never redirected. */
export const withErrorPage = (emulation: Emulation, step: () => Answer): Answer => {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof EntraError)) throw error
    const body = describeError(error, emulation.endpoints.authority, emulation.now())
    return { ...pageAnswer(error.status, errorPage(body)), code: error.code }
  }
}

/** Runs a step; an error of it goes back to the client (RFC 6749 section 4.1.2.1), but for what concerns the person. */
export const replyWithError = (emulation: Emulation, address: ErrorAddress, step: () => Answer): Answer => {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof EntraError)) throw error
    if (forThePerson.has(error.code) && address.prompt !== 'none') throw error
    const { error_description, error_uri } = describeError(error, emulation.endpoints.authority, emulation.now())
    // At the token endpoint a missing consent is `invalid_grant`; here it is OpenID Connect Core section 3.1.2.6.
    const name = error.code === 65001 ? 'consent_required' : error.error
    return { ...replyTo(address.replyTo, { error: name, error_description, error_uri }), code: error.code }
  }
}
