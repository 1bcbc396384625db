/** Host of the gateway's public URL. */
export const HOST = 'mcp.contoso.example'

/** A request, as bytes: its fields follow `Host` and announce that the connection ends after it. */
export const request = (line: string, fields: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, `Host: ${HOST}`, 'Connection: close', ...fields, '', body].join('\r\n')

export const get = (path: string, ...fields: readonly string[]): string => request(`GET ${path}`, fields)

/** A POST with a body of two bytes. */
export const post = (path: string, ...fields: readonly string[]): string =>
  request(`POST ${path}`, ['Content-Type: application/json', 'Content-Length: 2', ...fields], '{}')

/** A POST with a bearer token. */
export const bearer = (token: string, path = '/mcp'): string => post(path, `Authorization: Bearer ${token}`)
