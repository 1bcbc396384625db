import { createPublicKey } from 'node:crypto'
import type { SigningKeys } from '../keys/signing-keys.ts'
import { type CompactJws, hasSignatureOf } from './compact-jws.ts'

/** What the signature of a token says about who issued it. */
export type IssuedSignature = 'valid' | 'wrong' | 'unknown key'

/** Checks whether the emulator itself signed a token, with a key that is still published. */
export const checkIssuedSignature = (jws: CompactJws, { published }: SigningKeys): IssuedSignature => {
  const found = published.find(({ kid }) => kid === jws.header['kid'])
  if (!found) return 'unknown key'
  const key = createPublicKey({ key: { kty: 'RSA', n: found.n, e: found.e }, format: 'jwk' })
  return hasSignatureOf(jws, key, ['RS256']) ? 'valid' : 'wrong'
}
