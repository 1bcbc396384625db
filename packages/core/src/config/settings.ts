import type { Plugin } from '@sluice/plugin-api'
export type ConfigPath = readonly (string | number)[]
export interface Settings {
  readonly publicUrl: string
  readonly listen: Address
  readonly admin: Address
  readonly trustedProxies: readonly string[]
  readonly limits: { readonly headerBytes: number }
  readonly shutdown: { readonly delayMs: number; readonly graceMs: number }
  readonly filters: readonly EntrySettings[]
  readonly routes: readonly RouteSettings[]
}
export interface Address {
  readonly host: string
  readonly port: number
}
export interface EntrySettings {
  readonly plugin: Plugin
  readonly name: string
  readonly identity: string
  readonly config: unknown
  readonly path: ConfigPath
}
export interface RouteSettings {
  readonly name: string
  readonly path: string
  readonly prefix: boolean
  readonly host: string | undefined
  readonly publicUrl: string
  readonly upstream: UpstreamSettings
  readonly filters: readonly EntrySettings[]
  readonly at: ConfigPath
}
export interface UpstreamSettings {
  readonly url: string
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly connections: number | undefined
  readonly cookies: boolean
}
