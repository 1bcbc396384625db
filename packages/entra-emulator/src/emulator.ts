import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmulation } from './create-emulation.ts'
import type { Directory, Person } from './directory/directory.ts'
import { loadDirectory } from './directory/load-directory.ts'
import type { Emulation } from './emulation.ts'
import type { EntraEmulatorOptions } from './emulator-options.ts'
import type { Faults } from './faults.ts'
import { graphPath } from './graph/graph-endpoint.ts'
import { serve } from './http/serve.ts'
import { issueToken, type IssueTokenOptions } from './issue-token.ts'
import { SigningKeys } from './keys/signing-keys.ts'
import { route } from './router.ts'

/** A running emulator. */
export interface EntraEmulator {
  /** Origin of all endpoints: what stands for `https://login.microsoftonline.com`. */
  readonly authority: string
  /** What stands for `https://graph.microsoft.com/v1.0`. */
  readonly graph: string
  /** The first tenant. */
  readonly tenantId: string
  /** The directory, every default filled in. */
  readonly directory: Directory
  /** Paths of the requests so far, oldest first, without queries. */
  readonly requests: readonly string[]
  /** Signs with a new key from now on and returns its `kid`; `keepOld: false` takes the others out of the key sets. */
  rotateKeys(options: { readonly keepOld: boolean }): Promise<string>
  /** Publishes a key that signs nothing until the next rotation, and returns its `kid`. */
  publishNextKey(): Promise<string>
  /** Mints a token without a sign-in: for tests only. */
  issueToken(options?: IssueTokenOptions): string
  /** Makes the key sets answer 503, or work again. */
  failKeySets(fail: boolean): void
  /** Makes the OpenID metadata answer 503, or work again. */
  failMetadata(fail: boolean): void
  /** Makes Microsoft Graph answer 429 with these seconds as `Retry-After`, or work again. */
  throttleGraph(retryAfter: number | false): void
  /**
   * Revokes the sign-in sessions of a person: refresh tokens, codes and assertions of before are refused. Access tokens
   * stay good until they expire. Sessions of a guest are revoked at home: here nothing happens.
   *
   * @throws Error if nobody has that user principal name or object ID.
   */
  revokeSignInSessions(person: string): void
  /**
   * Changes the password of a person, as they do it themselves: refresh tokens of before are refused, but for those of
   * confidential clients.
   *
   * @throws Error if nobody has that user principal name or object ID.
   */
  changePassword(person: string): void
  /** Stops at once; open connections are cut. */
  close(): Promise<void>
}

const checkAutoSignIn = ({ autoSignIn }: EntraEmulatorOptions, { tenants }: Directory): void => {
  if (autoSignIn === undefined) return
  const people = tenants.flatMap(tenant => tenant.people).filter(person => person.identityParentId === undefined)
  const known = people.map(({ upn }) => upn)
  if (known.some(upn => upn.toLowerCase() === autoSignIn.toLowerCase())) return
  throw new Error(`autoSignIn names ${autoSignIn}, who is not in the directory. Name one of ${known.join(', ')}`)
}

const listen = async (host: string, port: number): Promise<Server> => {
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

const originOf = (host: string, address: AddressInfo | string | null): string => {
  if (address === null || typeof address === 'string')
    throw new Error('The server has no port. Listen on an IP address')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

/** @throws Error for what is no origin: issuers and endpoints are made of it byte for byte. */
const checkAuthority = ({ authority }: EntraEmulatorOptions): void => {
  if (authority === undefined || URL.parse(authority)?.origin === authority) return
  throw new Error(`authority must be an origin such as http://127.0.0.1:8082, without a path: ${authority}`)
}

const startServing = (
  server: Server,
  emulation: Emulation,
  faults: Faults,
  log: EntraEmulatorOptions['log']
): readonly string[] => {
  const requests: string[] = []
  const listener = serve(
    received => {
      requests.push(received.path)
      return route(emulation, faults, received)
    },
    (method, path, { status, code }) => {
      log?.(`${method} ${path} ${status}${code === undefined ? '' : ` AADSTS${code}`}`)
    }
  )
  server.on('request', listener)
  return requests
}

const findPerson = ({ tenants }: Emulation, name: string): Person => {
  const person = tenants.map(tenant => tenant.findPerson(name)).find(found => found !== undefined)
  if (!person) throw new Error(`The directory has no person ${name}: add them, or name another`)
  return person
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close(error => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })

/**
 * Starts an emulator.
 *
 * @throws DirectoryError if Entra would not have accepted the directory; Error if `autoSignIn` names nobody, `authority`
 * is no origin, or the port is taken.
 */
export const startEntraEmulator = async (options: EntraEmulatorOptions): Promise<EntraEmulator> => {
  const { host = '127.0.0.1', port = 0, log } = options
  const directory = loadDirectory(options.directory)
  checkAutoSignIn(options, directory)
  checkAuthority(options)
  const keys = await SigningKeys.create()
  const server = await listen(host, port)
  // Nothing is awaited between listening and serving, so no request comes too early.
  const { authority = originOf(host, server.address()) } = options
  const emulation = createEmulation(options, directory, keys, authority)
  const faults: Faults = { keySets: false, metadata: false, graphRetryAfter: undefined }
  return {
    authority,
    graph: `${authority}${graphPath}`,
    tenantId: directory.tenants[0]?.tenantId ?? '',
    directory,
    requests: startServing(server, emulation, faults, log),
    rotateKeys: ({ keepOld }) => keys.rotate(keepOld),
    publishNextKey: () => keys.publishNext(),
    issueToken: (tokenOptions = {}) => issueToken(emulation, tokenOptions),
    failKeySets: fail => void (faults.keySets = fail),
    failMetadata: fail => void (faults.metadata = fail),
    throttleGraph: retryAfter => void (faults.graphRetryAfter = retryAfter === false ? undefined : retryAfter),
    revokeSignInSessions: person =>
      emulation.revocations.revokeSessions(findPerson(emulation, person), emulation.now()),
    changePassword: person => emulation.revocations.changePassword(findPerson(emulation, person), emulation.now()),
    close: () => closeServer(server)
  }
}
