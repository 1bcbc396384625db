import type { Logger } from '@sluice/plugin-api'
import { isPromise } from '../chain/run.ts'
import type { Link } from '../chain/chain.ts'

/**
 * Closes filters, all at once, and gives them so many milliseconds. What one does wrong at that is logged and keeps nothing
 * else open, and one that takes longer is left behind.
 */
export const closeFilters = async (filters: readonly Link[], withinMs: number, log: Logger): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(() => resolve('late'), withinMs)
  })
  await Promise.all(filters.map(link => closeFilter(link, late, withinMs, log)))
  clearTimeout(timer)
}

const closeFilter = async ({ entry, filter }: Link, late: Promise<'late'>, withinMs: number, log: Logger) => {
  try {
    const closing = filter.onClose?.()
    if (!isPromise(closing) || (await Promise.race([closing, late])) !== 'late') return
    log.warn({ entry, withinMs }, 'a filter has not closed in time, and is left behind')
  } catch (error) {
    log.error({ entry, err: error }, 'a filter failed to close')
  }
}
