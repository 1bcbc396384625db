import { createHash, randomBytes } from 'node:crypto'
import { type EntraEmulator, type EntraEmulatorOptions, startEntraEmulator } from '../src/index.ts'
import { directory, ids, mcpUri } from './directory.ts'

/** Parameters of a request; `undefined` takes a default away. */
export type Changes = Readonly<Record<string, string | undefined>>

/** The JSON that the token endpoint answers with. */
export interface TokenAnswer {
  readonly access_token: string
  readonly id_token?: string
  readonly refresh_token: string
  readonly scope?: string
  readonly token_type?: string
  readonly expires_in?: number
  readonly error?: string
  readonly error_description?: string
  readonly error_codes?: readonly number[]
  readonly suberror?: string
  readonly claims?: string
}

/** Starts an emulator that signs Ada in by itself, and anyone whom `login_hint` names. */
export const start = (
  t: { teardown: (step: () => Promise<void>) => unknown },
  options: Partial<EntraEmulatorOptions> = {}
): Promise<EntraEmulator> =>
  startEntraEmulator({ directory, automatic: true, autoSignIn: 'ada@contoso.example', ...options }).then(emulator => {
    t.teardown(() => emulator.close())
    return emulator
  })

/** A code verifier. */
export const verifier = randomBytes(32).toString('base64url')
/** Its S256 challenge. */
export const challenge = createHash('sha256').update(verifier).digest('base64url')

const encode = (defaults: Changes, changes: Changes): URLSearchParams => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...defaults, ...changes })) {
    if (value !== undefined) parameters.set(name, value)
  }
  return parameters
}

/** The redirect URI of the desktop client, on a port of its own. */
export const desktopRedirect = 'http://127.0.0.1:49152/callback'

/** Sends an authorization request of the desktop client for the MCP server. */
export const authorize = (emulator: EntraEmulator, changes: Changes = {}, tenant: string = ids.tenant) => {
  const parameters = encode(
    {
      client_id: ids.desktop,
      response_type: 'code',
      redirect_uri: desktopRedirect,
      scope: `${mcpUri}/mcp_access`,
      state: 'a state & more',
      code_challenge: challenge,
      code_challenge_method: 'S256'
    },
    changes
  )
  return fetch(`${emulator.authority}/${tenant}/oauth2/v2.0/authorize?${parameters.toString()}`, { redirect: 'manual' })
}

/** Reads the parameters with which the browser goes back to the client. */
export const readRedirect = (response: Response): URLSearchParams =>
  new URL(response.headers.get('location') ?? 'about:blank').searchParams

/** Signs in and gives the authorization code. */
export const getCode = async (emulator: EntraEmulator, changes: Changes = {}): Promise<string> => {
  const response = await authorize(emulator, changes)
  const code = readRedirect(response).get('code')
  if (code === null) throw new Error(`No code: ${response.status} ${response.headers.get('location')}`)
  return code
}

/** Sends a form to the token endpoint. */
export const postToken = async (
  emulator: EntraEmulator,
  form: Changes,
  headers: Record<string, string> = {},
  tenant: string = ids.tenant
): Promise<{ status: number; headers: Headers; body: TokenAnswer }> => {
  const url = `${emulator.authority}/${tenant}/oauth2/v2.0/token`
  const response = await fetch(url, { method: 'POST', body: encode(form, {}), headers })
  const body = (await response.json()) as TokenAnswer
  return { status: response.status, headers: response.headers, body }
}

/** Redeems a code as the desktop client. */
export const redeem = (emulator: EntraEmulator, code: string, changes: Changes = {}, headers = {}) =>
  postToken(
    emulator,
    {
      grant_type: 'authorization_code',
      client_id: ids.desktop,
      code,
      redirect_uri: desktopRedirect,
      code_verifier: verifier,
      ...changes
    },
    headers
  )

/** Signs in and redeems the code, as the desktop client unless told otherwise. */
export const signIn = async (emulator: EntraEmulator, changes: Changes = {}): Promise<TokenAnswer> =>
  (await redeem(emulator, await getCode(emulator, changes))).body

/** Reads what a page keeps for its form. */
export const readInteraction = (page: string): string => /name="interaction" value="([^"]+)"/.exec(page)?.[1] ?? ''

/** Sends the form of a page, as a click does. */
export const click = async (emulator: EntraEmulator, page: Response, path: string, fields: Changes = {}) => {
  const body = encode({ interaction: readInteraction(await page.text()) }, fields)
  return fetch(`${emulator.authority}/${ids.tenant}/${path}`, { method: 'POST', body, redirect: 'manual' })
}
