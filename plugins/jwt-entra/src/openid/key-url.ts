import { fetchJson } from '../fetch-json.ts'
import type { KeySource } from '../key-source.ts'
import type { Runtime } from '../runtime.ts'
import { importKeys } from './import-keys.ts'

/** The JWK set that an issuer publishes at a URL. */
export const keyUrl = (issuer: string, url: string, runtime: Runtime): KeySource => ({
  about: { issuer, jwks: url },
  fetch: async signal => ({ issuer, ...importKeys(await fetchJson(url, runtime, signal)) })
})
