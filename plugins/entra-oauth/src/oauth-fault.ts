import { type RefusalCode, refusals } from './codes.ts'

/** Something that is answered with an error of OAuth. */
export class OAuthFault extends Error {
  override name = 'OAuthFault'
  readonly code: RefusalCode
  /** The error code that clients read. */
  readonly error: string
  /** Seconds after which it makes sense to try again, if that is known. */
  readonly retryAfter: number | undefined

  /**
   * @param detail What is wrong in this case: never anything of a token, code or secret.
   * @param error In place of the code's own.
   */
  constructor(code: RefusalCode, detail?: string, error: string = refusals[code].error, retryAfter?: number) {
    const { meaning, fix } = refusals[code]
    super(detail ?? `${meaning} ${fix}`)
    this.code = code
    this.error = error
    this.retryAfter = retryAfter
  }
}
