/** An answer to a GET. */
export interface Answer {
  readonly status: number
  /** `location`, if it redirects. */
  readonly location: string | undefined
  /** Why the gateway refuses it, if it is the gateway's answer: `SLUICE_…`. */
  readonly refusal?: string
  /** At most 1 MiB. */
  readonly text: string
}

/** Gets a URL without following redirects. @throws Error saying what failed */
export type Read = (url: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>

const timeoutMs = 10_000
const maxBytes = 1024 * 1024

/** Reads over the network, with what the environment says of proxies and certificates: within 10 s, at most 1 MiB. */
export const readNetwork: Read = async (url, headers = {}) => {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs)
    })
    const location = response.headers.get('location') ?? undefined
    const refusal = response.headers.get('x-sluice-error')
    const text = await readBounded(response)
    return { status: response.status, location, ...(refusal !== null && { refusal }), text }
  } catch (error) {
    throw new Error(`${new URL(url).origin} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

/** fetch hides the network's error in its cause. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

const readBounded = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error('the answer is longer than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The object that an answer holds as JSON, if it is one. */
export const objectOf = ({ text }: Answer): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
