import type { FakeExchangeOptions } from '../exchange.ts'

/** What `conformance` needs besides the plugin. */
export interface ConformanceOptions {
  /**
   * The module whose default export is the plugin, to be imported by a process of its own:
   * `new URL('../index.ts', import.meta.url)`, or `import.meta.resolve('@contoso/sluice-dlp')`.
   */
  readonly module: string | URL
  /**
   * Configurations as they stand in YAML, at least one; what the plugin does should differ between them. They should let
   * several requests pass at once: a limit of one would be taken for requests that disturb each other.
   */
  readonly configs: readonly object[]
  /** Requests that the plugin has something to say about, beside those that the kit makes up. */
  readonly requests?: readonly RequestOptions[]
  /** Facts that filters in front would have set, by name. Everything is tried without them, too. */
  readonly facts?: Readonly<Record<string, unknown>>
  /**
   * What the filter says depends on how many requests came before, as it does of a limit: then what it says of a request
   * alone is not compared with what it says of it beside others. Default: false.
   */
  readonly counts?: boolean
  /** Where the relative paths of the configurations start. Default: the working directory. */
  readonly directory?: string
}

/** A request, as far as it can be handed to another process. */
export type RequestOptions = Omit<FakeExchangeOptions, 'endpoint' | 'route' | 'id'>
