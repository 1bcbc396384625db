import { CLIENT, type Company, TENANT } from './company.ts'

const redirectUri = 'http://127.0.0.1/callback'
const verifier = 'v'.repeat(43)

/** Makes an authorization request by hand. */
export const authorize = async (authority: string, parameters: Record<string, string>): Promise<URLSearchParams> => {
  const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url')
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
  const client = { response_type: 'code', client_id: CLIENT, redirect_uri: redirectUri }
  const query = new URLSearchParams({ ...client, ...pkce, ...parameters })
  const { headers } = await fetch(`${authority}/${TENANT}/oauth2/v2.0/authorize?${query.toString()}`, {
    redirect: 'manual'
  })
  return new URL(headers.get('location')!).searchParams
}

/** What a client gets to refresh with that asks for these scopes. */
export const refreshTokenFor = async (
  { entra: { authority } }: Company,
  scope: string
): Promise<string | undefined> => {
  const code = (await authorize(authority, { scope })).get('code')!
  const client = { client_id: CLIENT, redirect_uri: redirectUri, scope }
  const body = new URLSearchParams({ ...client, grant_type: 'authorization_code', code, code_verifier: verifier })
  const response = await fetch(`${authority}/${TENANT}/oauth2/v2.0/token`, { method: 'POST', body })
  return ((await response.json()) as { refresh_token?: string }).refresh_token
}
