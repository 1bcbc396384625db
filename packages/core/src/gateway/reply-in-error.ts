import type { Reply } from '@sluice/plugin-api'

/** The refusal that an error of a hook carries as its `reply`, to be answered in place of a 500; `undefined` if it has none. */
export const replyInError = (error: unknown): Reply | undefined => {
  const { reply } = (error ?? {}) as { readonly reply?: Partial<Reply> | null }
  const isRefusal =
    typeof reply === 'object' && reply !== null && typeof reply.code === 'string' && isFault(reply.status)
  return isRefusal ? (reply as Reply) : undefined
}

const isFault = (status: unknown): boolean => Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599
