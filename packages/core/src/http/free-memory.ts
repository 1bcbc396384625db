/** Smaller memory is left to the garbage collector: it is not worth a callback. */
const LARGE = 16 * 1024

/**
 * What frees the memory that a read of a socket filled, to be called once this piece of it is written; `undefined` where it
 * is not the last piece, or little. Pieces are written in order, so that nobody needs any of the memory then.
 *
 * Node reads into 64 KiB that are new each time, and V8 lets up to 64 MiB of them gather before it looks for those that
 * nobody needs: with a gibibyte that passed, 50 MiB were held, and 1 is now.
 */
export const freeOnceWritten = ({ buffer, byteOffset, length }: Buffer): (() => void) | undefined => {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < LARGE) return undefined
  return byteOffset + length === buffer.byteLength ? () => void buffer.transfer(0) : undefined
}
