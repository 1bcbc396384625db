import { randomBytes } from 'node:crypto'
import type { Singleton } from '@sluice/plugin-api'
import { makeTable, type Table } from './table.ts'

/** What a worker needs to count in the table of all. */
export interface TableShare {
  readonly table: Table
  /** The number under which it locks. */
  readonly worker: number
}

/** Keeps the table in which all workers count, and unlocks what a worker had locked that was ended in the middle. */
export class TableOwner implements Singleton<null, TableShare> {
  readonly #table: Table

  /** For about so many callers. */
  constructor(callers: number) {
    this.#table = makeTable(callers, randomBytes(32))
  }

  answer(_question: null, worker: number): TableShare {
    return { table: this.#table, worker }
  }

  gone(worker: number): void {
    const locks = new Int32Array(this.#table.locks)
    for (const set of locks.keys()) Atomics.compareExchange(locks, set, worker, 0)
  }
}
