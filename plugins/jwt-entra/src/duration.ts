import { ConfigFault } from './config-fault.ts'

const unitsMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000]
])

/**
 * Reads a duration, `500ms`, `30s`, `5m` or `1h`, in milliseconds.
 *
 * @throws ConfigFault if it is written in another way.
 */
export function parseDuration(key: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? []
  const unitMs = unitsMs.get(unit)
  if (unitMs === undefined) throw new ConfigFault([key], `${text} is not a duration; write 500ms, 30s, 5m or 1h`)
  return Number(amount) * unitMs
}
