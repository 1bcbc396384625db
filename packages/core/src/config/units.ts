/** What a timer of Node can wait, in milliseconds: beyond it, it would not wait at all. */
export const LONGEST_MS = 2 ** 31 - 1

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const BYTES: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 * 1024 }

/** Milliseconds of `500ms 30s 5m 1h`. */
export const durationMs = (text: string): number => quantity(text, MILLISECONDS)

/** Whether a program's text is a duration that a timer can wait. */
export const isDuration = (text: string): boolean => /^\d+(?:ms|s|m|h)$/.test(text) && durationMs(text) <= LONGEST_MS

/** Bytes of `512B 64KiB 4MiB`. */
export const sizeBytes = (text: string): number => quantity(text, BYTES)

const quantity = (text: string, units: Record<string, number>): number => {
  const unit = text.replace(/^\d+/, '')
  return Number.parseInt(text, 10) * units[unit]!
}
