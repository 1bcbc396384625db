import { buildConnector } from 'undici'

/**
 * Makes connections whose reset is a fault. undici takes ECONNRESET for the end of an answer that only the close of the
 * connection ends (macOS resets some that are whole): half an answer would be passed on as a whole one.
 */
export const createConnector = (timeout: number): buildConnector.connector => {
  const connect = buildConnector({ timeout, allowH2: false })
  return (options, callback) =>
    connect(options, (...result) => {
      // Before undici's own listener, which looks at the code.
      result[1]?.on('error', rename)
      callback(...result)
    })
}

const rename = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'ECONNRESET') error.code = UPSTREAM_RESET
}

/** What a reset by the upstream is called from there on. */
export const UPSTREAM_RESET = 'UPSTREAM_RESET'
