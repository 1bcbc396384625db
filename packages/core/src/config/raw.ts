import type { TlsFiles } from './settings.ts'

/** A configuration that fits the base schema, defaults filled in. */
export interface RawConfig {
  readonly publicUrl: string
  readonly listen: { readonly host: string; readonly port: number; readonly tls?: Required<Omit<TlsFiles, 'ca'>> }
  readonly admin: { readonly host: string; readonly port: number }
  readonly workers: number | 'auto'
  readonly trustedProxies: readonly string[]
  readonly limits: { readonly headerBytes: string; readonly mcpBodyBytes: string; readonly mcpResultBytes: string }
  readonly shutdown: { readonly delay: string; readonly grace: string }
  readonly sealing: { readonly keys: readonly string[] }
  readonly filters: readonly Record<string, unknown>[]
  readonly routes: readonly RawRoute[]
}

export interface RawRoute {
  readonly name: string
  readonly path: string
  readonly host?: string
  readonly publicUrl?: string
  readonly upstream: {
    readonly url: string
    readonly timeouts: { readonly connect: string; readonly headers: string }
    readonly connections?: number
    readonly tls?: TlsFiles
    readonly cookies: boolean
  }
  readonly filters: readonly Record<string, unknown>[]
}
