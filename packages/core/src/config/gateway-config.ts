/** A configuration as a value, in the shape of the file. What is left out, or `undefined`, has its default. */
export interface GatewayConfig {
  /** The origin that clients use: https, or http on a loopback address. */
  readonly publicUrl: string
  /** The public listener. Default: port 8080 of 127.0.0.1. */
  readonly listen?: ListenConfig | undefined
  /** The admin listener. Default: port 9090 of 127.0.0.1. */
  readonly admin?: AddressConfig | undefined
  /** Threads that serve, 1 to 128, or one a core. Default: 1, which is the program's own. */
  readonly workers?: number | 'auto' | undefined
  /** CIDRs or addresses of peers whose `X-Forwarded-*` and `X-Request-Id` are believed. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined
  /** Sizes: `512B`, `32KiB`, `1MiB`. */
  readonly limits?: LimitsConfig | undefined
  /** Durations: `500ms`, `30s`, `5m`, `1h`. */
  readonly shutdown?: { readonly delay?: string | undefined; readonly grace?: string | undefined } | undefined
  /** Secrets of 32 characters or more: the first seals, all of them open. Default: none. */
  readonly sealing?: { readonly keys?: readonly string[] | undefined } | undefined
  /** Filters of every route, run first, in this order. */
  readonly filters?: readonly FilterConfig[] | undefined
  /** At least one. */
  readonly routes: readonly RouteConfig[]
}

/** Sizes at the most. */
export interface LimitsConfig {
  readonly headerBytes?: string | undefined
  readonly mcpBodyBytes?: string | undefined
  readonly mcpResultBytes?: string | undefined
}

/** An address to listen on; port 0 is any free one. */
export interface AddressConfig {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

/** The public listener. */
export interface ListenConfig extends AddressConfig {
  /** Files in PEM. Default: no TLS. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
}

/** One filter: its name, and under it its configuration, to which `id` may be added. */
export type FilterConfig = Readonly<Record<string, object | null>>

/** What clients reach under one path, and the MCP server behind it. */
export interface RouteConfig {
  readonly name: string
  /** Exact, or everything below it with `/*` at the end. */
  readonly path: string
  readonly host?: string | undefined
  readonly publicUrl?: string | undefined
  /** URL of the MCP server, or a map with the key `url`. */
  readonly upstream: string | UpstreamConfig
  /** Filters of this route, run after the global ones. */
  readonly filters?: readonly FilterConfig[] | undefined
}

/** How an MCP server is reached. */
export interface UpstreamConfig {
  readonly url: string
  readonly timeouts?: { readonly connect?: string | undefined; readonly headers?: string | undefined } | undefined
  readonly connections?: number | undefined
  /** Files in PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined
  readonly cookies?: boolean | undefined
}
