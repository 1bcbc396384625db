/** Headers whose values are no secret. Of every other one only the name is told. */
const SAFE = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-length',
  'content-type',
  'forwarded',
  'host',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'origin',
  'traceparent',
  'user-agent',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id'
])

/** Every header's name in lower case, with its value, or null where the value could be a secret. */
export const receivedHeaders = (headers: Headers): Record<string, string | null> =>
  Object.fromEntries(Array.from(headers, ([name, value]) => [name, SAFE.has(name) ? value : null]))
