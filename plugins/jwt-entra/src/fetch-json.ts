import type { Readable } from 'node:stream'
import type { Runtime, SharedDocument } from './runtime.ts'

const timeoutMs = 10_000
const maxBytes = 1024 * 1024

/**
 * Fetches a JSON document: 200 within 10 s, at most 1 MiB, from this address and from no other one that it points to.
 *
 * @throws Error saying what is wrong with the answer.
 */
export async function fetchJson(url: string, runtime: Runtime, signal: AbortSignal): Promise<unknown> {
  if (runtime.document !== undefined) return (await runtime.document(url, false)).document
  const { status, body } = await runtime.get(url, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
  if (status !== 200) {
    body.destroy()
    throw new Error(`${url} answered ${status}`)
  }
  const text = await readBounded(body, url)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${url} is not JSON`, { cause })
  }
}

/**
 * Fetches a JSON document as `fetchJson` does, and says when it was fetched.
 *
 * @throws Error saying what is wrong with the answer.
 */
export async function fetchDated(
  url: string,
  runtime: Runtime,
  signal: AbortSignal
): Promise<Pick<SharedDocument, 'document'> & Partial<SharedDocument>> {
  if (runtime.document !== undefined) return runtime.document(url, false)
  return { document: await fetchJson(url, runtime, signal) }
}

async function readBounded(body: Readable, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    // Leaving the loop destroys the body.
    if (bytes > maxBytes) throw new Error(`${url} is longer than 1 MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
