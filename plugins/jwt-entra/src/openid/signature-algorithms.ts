const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const curves = new Map([
  ['EC P-256', ['ES256']],
  ['EC P-384', ['ES384']],
  ['EC P-521', ['ES512']],
  ['OKP Ed25519', ['EdDSA', 'Ed25519']]
])

/** Every accepted value of `alg`: asymmetric ones alone (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
export const signatureAlgorithms: ReadonlySet<string> = new Set([...rsa, ...[...curves.values()].flat()])

/** Values of `alg` that a key of this type and curve can verify. */
export const algorithmsOf = (kty: unknown, crv: unknown): readonly string[] =>
  kty === 'RSA' ? rsa : (curves.get(`${String(kty)} ${String(crv)}`) ?? [])
