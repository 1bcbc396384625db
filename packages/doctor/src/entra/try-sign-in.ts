import { createHash, randomBytes } from 'node:crypto'
import { readCode } from '@sluice/aadsts'
import type { Reading } from '../reading.ts'
import type { ServerMetadata } from './authorization-server.ts'
import type { Read } from './read.ts'

/** A client and what it asks for. */
export interface SignInTrial {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly resource: string
}

/** Entra answers so where nothing was wrong with the request, but that `prompt=none` allowed no page: to sign in, to consent. */
const wantsPerson: ReadonlySet<number | undefined> = new Set([50058, 65001])

/**
 * Makes the authorization request of a client with `prompt=none`, and reads the AADSTS code that comes back. Nobody is
 * signed in and nothing comes of it but a line in the sign-in log of the tenant. `undefined` says that Entra found
 * nothing wrong with the request as far as it looked.
 */
export const trySignIn = async (
  { authorization_endpoint: endpoint }: ServerMetadata,
  trial: SignInTrial,
  read: Read
): Promise<Reading<number | undefined>> => {
  if (endpoint === undefined) return { missing: 'the metadata names no authorization endpoint' }
  const url = new URL(endpoint)
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    response_type: 'code',
    client_id: trial.clientId,
    redirect_uri: trial.redirectUri,
    scope: trial.scopes.join(' '),
    resource: trial.resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(16).toString('base64url'),
    prompt: 'none'
  }
  for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value)
  try {
    const { location, text } = await read(url.href)
    const description = location === undefined ? text : descriptionIn(location)
    const code = readCode(description)
    return { value: wantsPerson.has(code) ? undefined : code }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

const descriptionIn = (location: string): string =>
  URL.canParse(location) ? (new URL(location).searchParams.get('error_description') ?? '') : ''
