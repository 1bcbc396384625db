import type { Application } from '../directory/directory.ts'
import type { Platform } from '../directory/directory-config.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { SignIn } from '../sign-in/sign-in.ts'

/** What a refresh token stands for: a person at a client. It is good for every API, as the `scope` of the refresh says. */
export interface RefreshToken {
  readonly tenant: Tenant
  readonly client: Application
  readonly platform: Platform
  readonly signIn: SignIn
  /** Whether it was issued on behalf of the person. */
  readonly onBehalfOf: boolean
}

const oneDay = 86_400_000

/** How long a refresh token is good, in milliseconds: a day for single-page apps, else 90 days. */
export const refreshTokenLifetime = (platform: Platform): number => (platform === 'spa' ? oneDay : 90 * oneDay)
