/** Where records are written. */
export interface Sink {
  /** Writes some of the bytes, and says how many. Rejects where nothing can be written. */
  write(bytes: Uint8Array): Promise<number>
  /** Resolves when all that was written is on the disk. */
  sync(): Promise<void>
  /** Goes on in another file; `last` is the number of the last record in this one. May be tried again where it failed. */
  rotate(last: number): Promise<void>
  /** Writes the last bytes, syncs, and lets go of the file. @throws Error where that fails; it lets go all the same */
  close(bytes: Uint8Array): void
}
