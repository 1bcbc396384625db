import { parseObject } from '../json-object.ts'
import type { Runtime } from '../runtime.ts'

const TIMEOUT_MS = 10_000
const MAX_BYTES = 256 * 1024
/** Seconds: a client that is told more gives up. */
const MAX_RETRY_AFTER = 3600

/** A JSON document, and the status that it came with. */
export interface JsonAnswer {
  readonly status: number
  readonly document: Readonly<Record<string, unknown>>
  /** Seconds for which it wants to be left alone (RFC 9110 section 10.2.3), if it says so. */
  readonly retryAfter: number | undefined
}

/**
 * Asks Entra: an answer within 10 s, of at most 256 KiB, from this address and no other one that it points to.
 *
 * @throws Error if there is none, or it is no JSON object. Says nothing of what was asked.
 */
export const fetchJson = async (url: string, runtime: Runtime, init: RequestInit = {}): Promise<JsonAnswer> => {
  const response = await runtime.fetch(url, {
    ...init,
    headers: { accept: 'application/json', ...(init.headers as Record<string, string>) },
    redirect: 'error',
    cache: 'no-store',
    signal: AbortSignal.any([...(init.signal ? [init.signal] : []), AbortSignal.timeout(TIMEOUT_MS)])
  })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the body.
    if (bytes > MAX_BYTES) throw new Error(`${url} is longer than 256 KiB`)
    chunks.push(chunk)
  }
  // What is too busy to answer often says so without JSON.
  const document = parseObject(Buffer.concat(chunks).toString()) ?? (response.status >= 429 ? {} : undefined)
  if (document === undefined) throw new Error(`${url} answered ${response.status} without a JSON object`)
  return {
    status: response.status,
    document,
    retryAfter: secondsOf(response.headers.get('retry-after'), runtime.now())
  }
}

/** Both forms of the field: seconds, and a date. */
const secondsOf = (field: string | null, now: number): number | undefined => {
  if (field === null) return undefined
  const seconds = /^\d{1,9}$/.test(field) ? Number(field) : Math.ceil((Date.parse(field) - now) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER)
}
