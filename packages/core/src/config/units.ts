import { parseDuration } from '@sluice/plugin-api'

const BYTES: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 * 1024 }

/** Milliseconds of `500ms 30s 5m 1h`. */
export const durationMs = (text: string): number => parseDuration(text)

/** Bytes of `512B 64KiB 4MiB`. */
export const sizeBytes = (text: string): number => Number.parseInt(text, 10) * BYTES[text.replace(/^\d+/, '')]!
