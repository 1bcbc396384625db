import type { Application } from '../directory/directory.ts'
import type { Platform } from '../directory/directory-config.ts'
import type { Tenant } from '../directory/tenant.ts'
import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'
import type { PresentedClient } from './presented-client.ts'

/** A token request whose client exists; nothing else is checked yet. */
export interface TokenRequest {
  readonly tenant: Tenant
  readonly client: Application
  readonly presented: PresentedClient
  readonly parameters: Parameters
  /** The `Origin` header: set where a browser asks from another origin. */
  readonly origin: string | undefined
}

/**
 * Browsers may redeem only what was issued to a single-page app, and that only browsers may.
 *
 * @throws EntraError 9002326 or 9002327.
 */
export const checkOrigin = (origin: string | undefined, platform: Platform | undefined): void => {
  if (origin === undefined && platform === 'spa') throw new EntraError(9002327)
  if (origin !== undefined && platform !== 'spa') throw new EntraError(9002326, origin)
}
