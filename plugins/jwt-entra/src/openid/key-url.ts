import { fetchDated } from '../fetch-json.ts'
import type { KeySource } from '../key-source.ts'
import { forUnknownKey, type Runtime } from '../runtime.ts'
import { importKeys } from './import-keys.ts'

/** The JWK set that an issuer publishes at a URL. */
export const keyUrl = (issuer: string, url: string, runtime: Runtime): KeySource => ({
  about: { issuer, jwks: url },
  fetch: async (signal, unknownKey) => {
    const { document, at, forUnknownAt } = await fetchDated(
      url,
      unknownKey === true ? forUnknownKey(runtime) : runtime,
      signal
    )
    return { issuer, at, forUnknownAt, ...importKeys(document) }
  }
})
