import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { readCode } from '@sluice/aadsts'
import type { Test } from 'tap'
import { oauthClient } from '../support/oauth-client.ts'
import { CLIENT } from './company.ts'

/** How a client signs in. */
export interface Way {
  readonly clientId?: string
  /** The browser. Default: one that no page asks anything. */
  readonly visit?: Parameters<typeof oauthClient>[2]
}

/** How far the client of the MCP SDK got. */
export interface SignIn {
  /** The authorization request that it made. */
  readonly request: URL | undefined
  /** What Entra answered in place of a code. */
  readonly code: number | undefined
  /** What the client, or the gateway through it, said when it went on. */
  readonly failure: string | undefined
  /** What it got for the code. */
  readonly tokens: { readonly refresh_token?: string | undefined; readonly access_token: string } | undefined
}

/** Signs in with the client of the MCP SDK 2.4, unmodified, and connects. Behind a facade: see `allowing`. */
export const signInWithSdk = async (t: Test, mcp: string, { clientId = CLIENT, visit }: Way = {}): Promise<SignIn> => {
  const { provider, request, signIn } = await oauthClient(t, clientId, visit)
  const transport = () => new StreamableHTTPClientTransport(new URL(mcp), { authProvider: provider })
  const client = () => new Client({ name: 'test', version: '1' })
  const first = transport()
  const state = (more: Partial<SignIn>): SignIn => ({
    request: request(),
    code: undefined,
    failure: undefined,
    tokens: provider.tokens(),
    ...more
  })
  const asked: unknown = await client()
    .connect(first)
    .catch((error: unknown) => error)
  if (!(asked instanceof UnauthorizedError)) return state({ failure: String(asked) })
  let answer: URLSearchParams
  try {
    answer = await signIn()
  } catch (error) {
    return state({ code: readCode(String(error)), failure: String(error) })
  }
  const code = readCode(answer.get('error_description') ?? '')
  if (code !== undefined) return state({ code })
  try {
    await first.finishAuth(answer)
    await client().connect(transport())
    return state({})
  } catch (error) {
    return state({ code: readCode(String(error)), failure: String(error) })
  }
}
