import type { HeaderEdit } from '@sluice/plugin-api'

/**
 * Asks the upstream for an answer whose results can be read: whole, and without a content coding (RFC 9110 sections
 * 12.5.3, 13 and 14.2).
 */
export const askForReadable = (head: HeaderEdit): void => {
  head.set('accept-encoding', 'identity')
  for (const name of ['range', 'if-range', 'if-none-match', 'if-modified-since']) head.delete(name)
}
