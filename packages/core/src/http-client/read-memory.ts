/** Bytes that one read of a socket takes at the most, as many as node:net takes by itself. */
const MOST_READ = 64 * 1024
/** Memory that small reads share: less than anybody frees before its time (`freeOnceWritten`), unlike Node's own pool. */
const SHARED = 8 * 1024

/**
 * What all sockets are read into, one after the other: what a read brought is copied out at once. Without it node:net takes
 * new memory for each read, gives most of it back, and passes the rest through a stream: 3 µs a response.
 */
export const readMemory = Buffer.allocUnsafeSlow(MOST_READ)

let shared = readMemory.subarray(0, 0)
let used = 0

/** A copy of the first `size` bytes of {@link readMemory}; a large one has its memory for itself, all of it. */
export const copyOfRead = (size: number): Buffer => {
  const copy = size > SHARED / 2 ? Buffer.allocUnsafeSlow(size) : partOfShared(size)
  readMemory.copy(copy, 0, 0, size)
  return copy
}

const partOfShared = (size: number): Buffer => {
  if (used + size > shared.length) {
    shared = Buffer.allocUnsafeSlow(SHARED)
    used = 0
  }
  const at = used
  used += size
  return shared.subarray(at, used)
}
