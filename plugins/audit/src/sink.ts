/** Where records are written. */
export interface Sink {
  /** Writes some of the bytes, and says how many: 0 where it must be asked again. Rejects where nothing can be written. */
  write(bytes: Uint8Array): Promise<number>
  /** The same before it returns, for what is left when the process ends. */
  writeNow(bytes: Uint8Array): number
  /** Resolves when all that was written is on the disk. */
  sync(): Promise<void>
  /** Goes on in another file; `last` is the number of the last record in this one. May be tried again where it failed. */
  rotate(last: number): Promise<void>
  /** Syncs, and lets go of the file. @throws Error where that fails; it lets go all the same */
  close(): void
}
