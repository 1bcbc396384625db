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
 * nothing wrong with the request as far as it looked; missing is what an answer without a code, as of a proxy, leaves open.
 */
export const trySignIn = (
  metadata: ServerMetadata,
  trial: SignInTrial,
  read: Read
): Promise<Reading<number | undefined>> =>
  request(metadata, trial, read, (answer, toClient) => {
    // Somebody was signed in, as the emulator does of itself.
    if (toClient?.has('code') === true) return { value: undefined }
    const code = readCode(answer.location === undefined ? answer.text : (toClient?.get('error_description') ?? ''))
    if (!wantsPerson.has(code)) return code === undefined ? undecided(answer) : { value: code }
    return toClient === undefined ? undecided(answer) : { value: undefined }
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
 * now, which `prompt=none` forbids; missing is as with {@link trySignIn}.
 */
export const tryFacade = (
  metadata: ServerMetadata,
  trial: SignInTrial,
  read: Read
): Promise<Reading<FacadeRefusal | undefined>> =>
  request<FacadeRefusal | undefined>(metadata, trial, read, (answer, toClient) => {
    if (answer.refusal !== undefined) return { value: { code: answer.refusal, reason: '' } }
    const code = toClient?.get('error') ?? undefined
    if (code === undefined) return undecided(answer)
    if (code === 'interaction_required') return { value: undefined }
    return { value: { code, reason: toClient?.get('error_description') ?? '' } }
  })

const undecided = ({ status }: Answer): { readonly missing: string } => ({
  missing: `the authorization endpoint answered ${status} without a code that says more; try again, and look for a proxy in between`
})

const request = async <T>(
  { authorization_endpoint: endpoint }: ServerMetadata,
  { clientId, redirectUri, scopes, resource }: SignInTrial,
  read: Read,
  understand: (answer: Answer, toClient: URLSearchParams | undefined) => Reading<T>
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
    const answer = await read(url.href)
    return understand(answer, parametersTo(redirectUri, answer))
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

/** What an answer tells the client, if it is a redirect to it. */
const parametersTo = (redirectUri: string, { location }: Answer): URLSearchParams | undefined => {
  if (location === undefined || !URL.canParse(location) || !URL.canParse(redirectUri)) return undefined
  const [to, client] = [new URL(location), new URL(redirectUri)]
  return placeOf(to) === placeOf(client) ? to.searchParams : undefined
}

/** The origin of a scheme of an app's own is none. */
const placeOf = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`
