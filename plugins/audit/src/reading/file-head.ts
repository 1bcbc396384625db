import type { Line } from './lines.ts'

const EVENT = /,"event":"(start|continued)"(?:,"torn":\{[^}]*\})?(?:,"offset":(\d+))?,/

/**
 * Whether a checkpoint proves that nothing in front of it was cut off from its file: it is the one behind a rotation, at the
 * very beginning, or says itself how many bytes are in front of it.
 */
export const provesHead = ({ bytes, offset }: Line): boolean => {
  const [, event, stated] = EVENT.exec(bytes.toString('latin1')) ?? []
  if (event === undefined) return false
  return stated === undefined ? event === 'continued' && offset === 0 : stated === String(offset)
}
