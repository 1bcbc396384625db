import type { Plugin } from '@sluice/plugin-api'
import type { ConfigPath } from './path.ts'

/** A configuration as the gateway works with it: defaults filled in, milliseconds, bytes, plugins loaded. */
export interface Settings {
  readonly publicUrl: string
  readonly listen: Address & { readonly tls: TlsMaterial | undefined }
  readonly admin: Address
  /** Threads that serve; 1 is the one that loads the configuration. */
  readonly workers: number
  readonly trustedProxies: readonly string[]
  readonly limits: {
    readonly headerBytes: number
    readonly mcpBodyBytes: number
    readonly mcpResultBytes: number
  }
  /** How long the gateway waits for who is slow. */
  readonly patience: {
    /** From the connection, or the first byte of a further request, to the end of the request's head. */
    readonly headMs: number
    /** The same, to the end of the request. */
    readonly requestMs: number
    /** Between two looks at the deadlines of what is under way. */
    readonly lookMs: number
    /** What filters have to close, at least. */
    readonly closeMs: number
  }
  readonly shutdown: { readonly delayMs: number; readonly graceMs: number }
  readonly sealing: { readonly keys: readonly string[] }
  /** Entries put in front of each chain that has none of their plugin. */
  readonly inEveryChain: readonly EntrySettings[]
  readonly filters: readonly EntrySettings[]
  readonly routes: readonly RouteSettings[]
}

export interface Address {
  readonly host: string
  readonly port: number
}

/** Certificates and keys by their files. */
export interface TlsFiles {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** Certificates and keys, in PEM. */
export interface TlsMaterial {
  /** Authorities that are believed; without it those that Node knows. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** One item of a list of filters. */
export interface EntrySettings {
  readonly plugin: Plugin
  /** As written in YAML. */
  readonly name: string
  /** `global/<id or name>`, `<route>/<id or name>`. */
  readonly identity: string
  /** What the plugin's schema let pass, defaults filled in, without `id`. */
  readonly config: unknown
  readonly path: ConfigPath
}

export interface RouteSettings {
  readonly name: string
  /** Without wildcard. */
  readonly path: string
  /** Whether everything below the path belongs to it. */
  readonly prefix: boolean
  readonly host: string | undefined
  /** Origin and path, without a trailing slash. */
  readonly publicUrl: string
  readonly upstream: UpstreamSettings
  readonly filters: readonly EntrySettings[]
  readonly at: ConfigPath
}

/** How an upstream is reached. */
export interface UpstreamSettings {
  /** URL without query; its path takes the place of the route's. */
  readonly url: string
  readonly connectTimeoutMs: number
  /** From the end of the request to the response head. */
  readonly headersTimeoutMs: number
  /** Connections at the most; without it as many as there are requests under way. */
  readonly connections: number | undefined
  /** What is believed of it and shown to it; without it as Node does. */
  readonly tls: TlsMaterial | undefined
  /** Whether the client's cookies go along. */
  readonly cookies: boolean
}
