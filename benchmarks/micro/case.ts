/** A part of the source by itself. */
export interface Case {
  readonly name: string
  /** The file that it mirrors, from the root of the repository. */
  readonly source: string
  /** Done over and over. What it gives back is kept from being optimised away. */
  readonly run: () => unknown
}
