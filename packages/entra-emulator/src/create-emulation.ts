import type { Directory } from './directory/directory.ts'
import { clouds } from './cloud.ts'
import { Tenant } from './directory/tenant.ts'
import type { Emulation } from './emulation.ts'
import type { EntraEmulatorOptions } from './emulator-options.ts'
import { createEndpoints } from './endpoints.ts'
import { ExpiringStore } from './expiring-store.ts'
import type { SigningKeys } from './keys/signing-keys.ts'
import { Consents } from './scopes/consents.ts'
import { Revocations } from './sign-in/revocations.ts'
import { TokenMinter } from './tokens/token-minter.ts'

/** Puts together what the endpoints share. */
export const createEmulation = (
  options: EntraEmulatorOptions,
  directory: Directory,
  keys: SigningKeys,
  address: string
): Emulation => {
  const { cloud = 'global', autoSignIn, automatic = false, now = Date.now } = options
  const endpoints = createEndpoints(address, clouds[cloud], options.stsAuthority)
  return {
    endpoints,
    tenants: directory.tenants.map(tenant => new Tenant(tenant)),
    keys,
    minter: new TokenMinter(endpoints, keys, now, options.tokenLifetime),
    consents: new Consents(),
    revocations: new Revocations(),
    interactions: new ExpiringStore(now),
    codes: new ExpiringStore(now),
    refreshTokens: new ExpiringStore(now),
    autoSignIn,
    automatic,
    now
  }
}
