/** The configuration that a filter was made from. One object for all filters of one configuration. */
export interface Configuration {
  /**
   * SHA-256, in hexadecimal, of what is served: substitutions made, defaults filled in. A changed secret changes it, and
   * it shows none.
   */
  readonly hash: string
}
