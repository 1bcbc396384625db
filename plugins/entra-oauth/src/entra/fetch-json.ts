import type { Runtime } from '../runtime.ts'

const TIMEOUT_MS = 10_000
const MAX_BYTES = 256 * 1024

/** A JSON document, and the status that it came with. */
export interface JsonAnswer {
  readonly status: number
  readonly document: Readonly<Record<string, unknown>>
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
  const document = parse(Buffer.concat(chunks).toString())
  if (document === undefined) throw new Error(`${url} answered ${response.status} without a JSON object`)
  return { status: response.status, document }
}

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
