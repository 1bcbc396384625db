import type { AttackTable } from './attack.ts'
import { cachedTokens } from './cached-tokens.ts'
import { authorizationServer } from './authorization-server.ts'
import { keyDocuments } from './key-documents.ts'
import { keySets } from './key-sets.ts'
import { framing } from './framing.ts'
import { names } from './names.ts'
import { paths } from './paths.ts'
import { publishedVectors } from './published-vectors.ts'
import { spoofing } from './spoofing.ts'
import { loopback } from './loopback.ts'
import { optionalMode } from './optional-mode.ts'
import { origins } from './origins.ts'
import { oversized } from './oversized.ts'
import { malformedTokens } from './malformed-tokens.ts'
import { tokenClaims } from './token-claims.ts'
import { tokenHeaders } from './token-headers.ts'

/** Every table of attacks, in the order of `docs/security.md`. */
export const tables: readonly AttackTable[] = [
  malformedTokens,
  tokenHeaders,
  tokenClaims,
  cachedTokens,
  keySets,
  keyDocuments,
  publishedVectors,
  framing,
  spoofing,
  paths,
  oversized,
  origins,
  loopback,
  optionalMode,
  authorizationServer,
  names
]
