import type { AnswerHead } from '../exchange/response-head.ts'

/** Takes out fields that say something of bytes which may not be those that the client gets. */
export const withoutLength = (head: AnswerHead): void => {
  for (const name of [
    'content-length',
    'accept-ranges',
    'etag',
    'last-modified',
    'content-md5',
    'digest',
    'content-digest',
    'repr-digest'
  ])
    head.delete(name)
}
