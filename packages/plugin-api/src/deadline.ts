import type { Reply } from './reply.ts'

/** When an exchange has to be over, and what is decided of it then. */
export interface Deadline {
  /** Identity of the entry that sets it, which the decision names. */
  readonly filter: string
  /**
   * Milliseconds since 1970, from which on no event stream goes on that a client could keep open for good: the answer to a
   * GET, or to `subscriptions/listen`. It ends between two events, so that the client connects anew.
   */
  readonly streamsAt: number
  /** Milliseconds since 1970, not before `streamsAt`, from which on nothing of the exchange goes on. */
  readonly callsAt: number
  /** What is answered then if nothing of an answer is out. In any case its code, which it must have, and its reason are the decision. */
  readonly reply: Reply
}
