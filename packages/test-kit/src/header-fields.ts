import { HeaderLines } from '@sluice/core'
import type { HeaderEdit, HeaderList } from '@sluice/plugin-api'

/** Header fields that can be changed and listed. */
export interface HeaderFields extends HeaderEdit {
  /** The fields as they would be written. */
  readonly fields: HeaderList
}

/** Header fields that no message carries; the gateway's own, so that they refuse what it refuses. */
export class ListedFields extends HeaderLines implements HeaderFields {
  constructor(initial: HeaderList) {
    super(initial.flat())
  }

  get fields(): HeaderList {
    const { lines } = this
    return lines.flatMap((name, i) => (i % 2 === 0 ? [[name, lines[i + 1]!] as const] : []))
  }
}
