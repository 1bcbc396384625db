import { fetchDated } from '../fetch-json.ts'
import type { FetchedKeys, KeySource } from '../key-source.ts'
import { forUnknownKey, type Runtime } from '../runtime.ts'
import { discover, type KeySetAddress, type Metadata } from './discovery.ts'
import { importKeys, type KeyOwner } from './import-keys.ts'

/** The keys that a tenant publishes for one version of its tokens. */
export const tenantKeys = (address: KeySetAddress, runtime: Runtime): KeySource => ({
  about: address,
  fetch: (signal, unknownKey) => fetchKeys(address, unknownKey === true ? forUnknownKey(runtime) : runtime, signal)
})

/**
 * Fetches a tenant's metadata and then the keys that it names.
 *
 * @throws Error saying what failed; the previous keys stay in use.
 */
export async function fetchKeys(address: KeySetAddress, runtime: Runtime, signal: AbortSignal): Promise<FetchedKeys> {
  const metadata = await discover(address, runtime, signal)
  const { document, at, forUnknownAt } = await fetchDated(metadata.jwksUri.href, runtime, signal)
  const owner: KeyOwner = {
    tenant: address.tenant,
    issuerHost: await issuerHost(address, metadata, runtime, signal),
    tenantSpecific: namesTenant(metadata.jwksUri, address.tenant)
  }
  return { issuer: metadata.issuer, at, forUnknownAt, ...importKeys(document, owner) }
}

async function issuerHost(
  address: KeySetAddress,
  metadata: Metadata,
  runtime: Runtime,
  signal: AbortSignal
): Promise<string> {
  const v2 = address.version === '2.0' ? metadata : await discover({ ...address, version: '2.0' }, runtime, signal)
  return new URL(v2.issuer).host
}

function namesTenant(url: URL, tenant: string): boolean {
  return url.pathname.toLowerCase().split('/').includes(tenant) || url.hostname.startsWith(`${tenant}.`)
}
