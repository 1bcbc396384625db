import { ConfigFault } from './config-fault.ts'

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Reads a duration as configurations write it, `500ms 30s 5m 1h`, in milliseconds.
 *
 * @throws ConfigFault at `configPath` if it is written in another way
 */
export const parseDuration = (text: string, configPath: readonly (string | number)[] = []): number => {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? []
  const unitMs = MILLISECONDS[unit]
  if (unitMs === undefined) throw new ConfigFault(configPath, `${text} is not a duration; write 500ms, 30s, 5m or 1h`)
  return Number(amount) * unitMs
}
