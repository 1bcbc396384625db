/** What every target is told: where the upstream is, and whose tokens to believe. */
export interface Environment {
  /** Origin of the upstream. */
  readonly upstream: string
  /** Origin of the identity provider. */
  readonly authority: string
  readonly tenant: string
  readonly issuer: string
  readonly audience: string
  readonly jwksUrl: string
  /** The public key as PEM. */
  readonly publicKeyFile: string
}

/** The same as environment variables, which every configuration here is written with. */
export const variables = (environment: Environment): Record<string, string> => ({
  UPSTREAM: environment.upstream,
  UPSTREAM_ADDRESS: new URL(environment.upstream).host,
  AUTHORITY: environment.authority,
  TENANT: environment.tenant,
  ISSUER: environment.issuer,
  AUDIENCE: environment.audience,
  JWKS_URL: environment.jwksUrl,
  PUBLIC_KEY_FILE: environment.publicKeyFile,
  // It takes everything, telemetry too.
  OTEL_EXPORTER_OTLP_ENDPOINT: environment.upstream
})
