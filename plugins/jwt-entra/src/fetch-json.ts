import type { Runtime } from './runtime.ts'

const timeoutMs = 10_000
const maxBytes = 1024 * 1024

/**
 * Fetches a JSON document: 200 within 10 s, at most 1 MiB, from this address and from no other one that it points to.
 *
 * @throws Error saying what is wrong with the answer.
 */
export async function fetchJson(url: string, runtime: Runtime, signal: AbortSignal): Promise<unknown> {
  if (runtime.document !== undefined) return runtime.document(url, false)
  const response = await runtime.fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    cache: 'no-store',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`${url} answered ${response.status}`)
  }
  const text = await readBounded(response, url)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${url} is not JSON`, { cause })
  }
}

async function readBounded(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the body.
    if (bytes > maxBytes) throw new Error(`${url} is longer than 1 MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
