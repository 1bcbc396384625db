let gone = false

/**
 * Has standard output end quietly where its reader has gone (`| head`), the command going on to its own verdict, and with a
 * sentence and exit code 1 where what is to be said cannot be written.
 */
export const guardOutput = (): void => {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') {
      gone = true
      return
    }
    process.stderr.write(`sluice: standard output cannot be written: ${message}\n`)
    process.exit(1)
  })
  // There is nowhere left to say so.
  process.stderr.on('error', () => {})
}

/** Whether nobody reads standard output any more: what is long may stop. */
export const readerGone = (): boolean => gone
