import type { Claims } from '../claims.ts'
import type { RefusalCode } from '../codes.ts'
import type { RefuseHeader } from '../token-form.ts'
import { refuseAlgorithm, refuseExtensions, refuseKeyId } from '../token-header.ts'
import { signatureAlgorithms } from './signature-algorithms.ts'
import type { OpenIdSettings } from './settings.ts'

const accessToken = /^(?:application\/)?at\+jwt$/i

/** Says why no access token of the issuer has a header. */
export const makeRefuseHeader =
  ({ tokenType }: OpenIdSettings): RefuseHeader =>
  header =>
    refuseAlgorithm(header, signatureAlgorithms) ??
    refuseExtensions(header) ??
    refuseType(header, tokenType) ??
    refuseKeyId(header)

/** RFC 9068 section 4, and what providers write that came before it. */
function refuseType({ typ }: Claims, tokenType: OpenIdSettings['tokenType']): RefusalCode | undefined {
  if (typeof typ === 'string' && accessToken.test(typ)) return undefined
  const untyped = typ === undefined || (typeof typ === 'string' && /^jwt$/i.test(typ))
  return untyped && tokenType === 'any' ? undefined : 'SLUICE_AUTH_TYPE_REFUSED'
}
