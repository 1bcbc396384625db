import { ConfigFault } from './config-fault.ts'

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 * 1024 }

/**
 * Reads a size as configurations write it, `512B 64KiB 4MiB`, in bytes.
 *
 * @throws ConfigFault at `configPath` if it is written in another way
 */
export const parseSize = (text: string, configPath: readonly (string | number)[] = []): number => {
  const [, amount, unit = ''] = /^(\d+)(B|KiB|MiB)$/.exec(text) ?? []
  const unitBytes = BYTES[unit]
  if (unitBytes === undefined) throw new ConfigFault(configPath, `${text} is not a size; write 512B, 64KiB or 4MiB`)
  return Number(amount) * unitBytes
}
