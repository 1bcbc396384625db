import type { RecordLine } from '../record-line.ts'
import type { Line } from './lines.ts'

const CHECKPOINT = /^\{"seq":\d+,"prev":"[0-9a-f]{64}","time":"[^"]*","type":"checkpoint",.*,"event":"(start|continued)",/s
const OFFSET = /,"offset":(\d+),"instance":/

/** Whether a record is one that a file begins with: the first of a chain, the one behind a rotation, a start that found nothing there. */
export const isBegun = ({ seq }: RecordLine, { bytes, offset }: Line): boolean => {
  const text = bytes.toString('latin1')
  const [, event] = CHECKPOINT.exec(text) ?? []
  if (seq === 1 || event === 'continued') return true
  return event === 'start' && OFFSET.exec(text)?.[1] === String(offset)
}
