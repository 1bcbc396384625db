import type { Breakage } from '../breakage.ts'
import { bareScope } from './bare-scope.ts'
import { cachedMetadata } from './cached-metadata.ts'
import { issuerMismatch } from './issuer-mismatch.ts'
import { noOauthMetadata } from './no-oauth-metadata.ts'
import { noRefreshToken } from './no-refresh-token.ts'
import { noRegistration } from './no-registration.ts'
import { pkceNotAnnounced } from './pkce-not-announced.ts'
import { promptConsent } from './prompt-consent.ts'
import { refreshWithoutScope } from './refresh-without-scope.ts'
import { resourceMismatch } from './resource-mismatch.ts'
import { resourceRefused } from './resource-refused.ts'
import { resourceUnknown } from './resource-unknown.ts'
import { scopeMissing } from './scope-missing.ts'
import { sharedOrigin } from './shared-origin.ts'
import { tokenVersion } from './token-version.ts'
import { trailingSlash } from './trailing-slash.ts'

/** Every breakage that is known, by its number. */
export const breakages: readonly Breakage[] = [
  resourceRefused,
  resourceMismatch,
  trailingSlash,
  sharedOrigin,
  noRegistration,
  pkceNotAnnounced,
  noOauthMetadata,
  tokenVersion,
  bareScope,
  scopeMissing,
  refreshWithoutScope,
  noRefreshToken,
  promptConsent,
  issuerMismatch,
  resourceUnknown,
  cachedMetadata
]
