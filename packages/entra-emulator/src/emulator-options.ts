import type { DirectoryConfig } from './directory/directory-config.ts'

/** How an emulator is started. */
export interface EntraEmulatorOptions {
  /** The directory, or the path of a YAML file that holds it. */
  readonly directory: DirectoryConfig | string
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string
  /** Port to listen on. Default 0: a free one. */
  readonly port?: number
  /** Origin under which clients reach it, such as `http://127.0.0.1:8082`. Default: that of host and port. */
  readonly authority?: string | undefined
  /** Origin of version 1 issuers. Default `https://sts.windows.net`, never the authority. */
  readonly stsAuthority?: string
  /** User principal name of a person who is signed in without asking. */
  readonly autoSignIn?: string | undefined
  /** Whether a `login_hint` that names a person signs them in without asking. Default false. */
  readonly automatic?: boolean
  /** Lifetime of access tokens in seconds. Default: 60 to 90 minutes at random. */
  readonly tokenLifetime?: number
  /** The clock, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number
  /** Receives one line per request: never a query, code, token or secret. Default: none. */
  readonly log?: (line: string) => void
}
