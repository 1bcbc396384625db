import { ConfigFault } from '@sluice/plugin-api'
import { OAuthFault } from './oauth-fault.ts'

/** Scopes of the sign-in itself; clients ask for them out of habit, and no token for an API carries them. */
const OF_SIGN_IN = new Set(['openid', 'profile', 'email'])
const OFFLINE = 'offline_access'
/** Characters: all of them travel in URLs, twice. */
const MAX_LENGTH = 1500

/** What a client asked for, in the form in which Entra is asked. */
export interface AskedScopes {
  readonly scopes: readonly string[]
  /** Whether a refresh token comes, too. */
  readonly offline: boolean
}

/** The scopes that clients may have. */
export class Scopes {
  readonly supported: readonly string[]
  readonly #offlineAccess: 'always' | 'requested' | 'never'
  readonly #byName: ReadonlyMap<string, string>

  /** @throws ConfigFault for scopes of two APIs, which Entra never puts into one token (AADSTS28000), or too many */
  constructor(supported: readonly string[], offlineAccess: 'always' | 'requested' | 'never') {
    const stray = supported.findIndex(scope => apiOf(scope) !== apiOf(supported[0]!))
    if (stray >= 0)
      throw new ConfigFault(['scopes', stray], 'is of another API than the first: a token is for one (AADSTS28000)')
    if (supported.join(' ').length > MAX_LENGTH)
      throw new ConfigFault(['scopes'], `has more than ${MAX_LENGTH} characters in all, which make addresses too long`)
    this.supported = supported
    this.#offlineAccess = offlineAccess
    this.#byName = new Map(supported.flatMap(scope => [[scope, scope] as const, [bareName(scope), scope] as const]))
  }

  /** Identifier URI of the API. */
  get api(): string {
    return apiOf(this.supported[0]!)
  }

  /** What metadata says. Clients that see `offline_access` there ask for it; where they get it anyway they need not. */
  get advertised(): readonly string[] {
    return this.#offlineAccess === 'requested' ? [...this.supported, OFFLINE] : this.supported
  }

  /** Whether any client gets refresh tokens; where none does, those that were given before are no good any more. */
  get givesRefreshTokens(): boolean {
    return this.#offlineAccess !== 'never'
  }

  /** What metadata and registrations say. */
  get grantTypes(): readonly string[] {
    return this.givesRefreshTokens ? ['authorization_code', 'refresh_token'] : ['authorization_code']
  }

  /** Reads a `scope` parameter; bare names become those of the API. Without one: all. @throws OAuthFault for another one */
  read(parameter = ''): AskedScopes {
    const names = parameter.split(' ').filter(name => name !== '' && !OF_SIGN_IN.has(name))
    const asked = new Set(names.filter(name => name !== OFFLINE).map(name => this.#qualify(name)))
    const scopes = asked.size === 0 ? this.supported : this.supported.filter(scope => asked.has(scope))
    return { scopes, offline: this.#staysOffline(names.includes(OFFLINE)) }
  }

  /** Of what Entra says that a token carries, which is all that it has granted, those that clients may have. */
  among(carried: string): readonly string[] {
    const names = new Set(carried.split(' ').map(name => this.#byName.get(name)))
    return this.supported.filter(scope => names.has(scope))
  }

  /** Those of a refresh: what was granted, or less (RFC 6749 section 6). @throws OAuthFault for more */
  narrow(parameter: string | undefined, granted: readonly string[]): readonly string[] {
    // What the operator has taken away since is gone.
    const left = granted.filter(scope => this.#byName.has(scope))
    const { scopes } = parameter === undefined ? { scopes: left } : this.read(parameter)
    const asked = isOfApi(parameter) ? scopes : left
    if (asked.length === 0 || asked.some(scope => !left.includes(scope))) throw new OAuthFault('SLUICE_OAUTH_SCOPE')
    return asked
  }

  #qualify(name: string): string {
    const scope = this.#byName.get(name)
    if (scope === undefined) throw new OAuthFault('SLUICE_OAUTH_SCOPE')
    return scope
  }

  #staysOffline(requested: boolean): boolean {
    return this.#offlineAccess === 'always' || (this.#offlineAccess === 'requested' && requested)
  }
}

/** Whether a `scope` parameter names anything of the API. */
const isOfApi = (parameter = ''): boolean =>
  parameter.split(' ').some(name => name !== '' && name !== OFFLINE && !OF_SIGN_IN.has(name))

/** What stands in tokens, and is shown to people. */
export const bareName = (scope: string): string => scope.slice(scope.lastIndexOf('/') + 1)

const apiOf = (scope: string): string => scope.slice(0, scope.lastIndexOf('/'))
