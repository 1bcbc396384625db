import { createHash, randomBytes } from 'node:crypto'
import { readCode } from '@sluice/aadsts'
import type { Reading } from '../reading.ts'
import type { ServerMetadata } from './authorization-server.ts'
import type { Answer, Read } from './read.ts'

/** A client and what it asks for. */
export interface SignInTrial {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  /** Empty for none. */
  readonly resource: string
}

/** Entra answers so where nothing was wrong with the request, but that `prompt=none` allowed no page: to sign in, to consent. */
const wantsPerson: ReadonlySet<number | undefined> = new Set([50058, 65001])

/**
 * Makes the authorization request of a client with `prompt=none`, and reads the AADSTS code that comes back. Nobody is
 * signed in and nothing comes of it but a line in the sign-in log of the tenant. `undefined` says that Entra found
 * nothing wrong with the request as far as it looked.
 */
export const trySignIn = (
  metadata: ServerMetadata,
  trial: SignInTrial,
  read: Read
): Promise<Reading<number | undefined>> =>
  request(metadata, trial, read, ({ location, text }) => {
    const code = readCode(location === undefined ? text : (parametersIn(location).get('error_description') ?? ''))
    return wantsPerson.has(code) ? undefined : code
  })

/** Why the gateway refuses a client's authorization request. */
export interface FacadeRefusal {
  /** `SLUICE_OAUTH_CLIENT`, or the error code of OAuth where the client itself is told. */
  readonly code: string
  /** What the client is told; empty for what only the person sees. */
  readonly reason: string
}

/**
 * Makes the same request at the gateway where it stands in front of Entra. `undefined` says that it would ask the person
 * now, which `prompt=none` forbids.
 */
export const tryFacade = (
  metadata: ServerMetadata,
  trial: SignInTrial,
  read: Read
): Promise<Reading<FacadeRefusal | undefined>> =>
  request(metadata, trial, read, ({ location, refusal }) => {
    if (refusal !== undefined) return { code: refusal, reason: '' }
    const parameters = parametersIn(location ?? '')
    const code = parameters.get('error')
    if (code === null || code === 'interaction_required') return undefined
    return { code, reason: parameters.get('error_description') ?? '' }
  })

const request = async <T>(
  { authorization_endpoint: endpoint }: ServerMetadata,
  { clientId, redirectUri, scopes, resource }: SignInTrial,
  read: Read,
  understand: (answer: Answer) => T
): Promise<Reading<T>> => {
  if (endpoint === undefined) return { missing: 'the metadata names no authorization endpoint' }
  const url = new URL(endpoint)
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(16).toString('base64url'),
    prompt: 'none'
  }
  for (const [name, value] of Object.entries(parameters)) if (value !== '') url.searchParams.set(name, value)
  try {
    return { value: understand(await read(url.href)) }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

const parametersIn = (location: string): URLSearchParams =>
  URL.canParse(location) ? new URL(location).searchParams : new URLSearchParams()
