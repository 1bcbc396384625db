import type { Cloud } from './cloud.ts'

/** The addresses and issuers of the emulated cloud. */
export interface Endpoints {
  /** Scheme, host and port, without a trailing slash. */
  readonly authority: string
  readonly cloud: Cloud
  /** Issuer of version 1 tokens and metadata. `{tenantid}` gives the template. */
  readonly v1Issuer: (tenant: string) => string
  /** Issuer of version 2 tokens, metadata and keys. `{tenantid}` gives the template. */
  readonly v2Issuer: (tenant: string) => string
}

/** The placeholder in the issuers of multi-tenant metadata and keys. */
export const tenantTemplate = '{tenantid}'

/** The paths that stand for many tenants. */
export const multiTenantNames: readonly string[] = ['common', 'organizations']

/**
 * @param address - Origin of the server.
 * @param stsAuthority - Origin of version 1 issuers: in reality not the authority, so nobody may derive one from the other.
 */
export const createEndpoints = (address: string, cloud: Cloud, stsAuthority = cloud.stsAuthority): Endpoints => ({
  authority: authorityOf(address, cloud),
  cloud,
  v1Issuer: tenant => `${stsAuthority}/${tenant}/`,
  v2Issuer: tenant => `${address}/${tenant}/v2.0`
})

const authorityOf = (address: string, { issuerOfOwnHost }: Cloud): string =>
  issuerOfOwnHost ? `http://localhost:${new URL(address).port}` : address
