import { parseDuration, parseSize } from '@sluice/plugin-api'

/** What a timer of Node can wait, in milliseconds: beyond it, it would not wait at all. */
export const LONGEST_MS = 2 ** 31 - 1

/** Milliseconds of `500ms 30s 5m 1h`. */
export const durationMs = (text: string): number => parseDuration(text)

/** Whether a program's text is a duration that a timer can wait. */
export const isDuration = (text: string): boolean =>
  /^\d{1,9}(?:ms|s|m|h)$/.test(text) && durationMs(text) <= LONGEST_MS

/** Bytes of `512B 64KiB 4MiB`. */
export const sizeBytes = (text: string): number => parseSize(text)
