import type { Registry } from 'prom-client'
import type { ConfigChanges } from '../config/changes.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import type { LoadedConfig, LoadOptions } from '../config/load.ts'
import type { ParentLogger } from './services.ts'

/** How a gateway is made. */
export interface GatewayOptions extends LoadOptions {
  /** A log as pino's. Default: none. */
  readonly log?: ParentLogger
  /**
   * A registry of prom-client that shows the gateway's metrics among others, until it is closed. Default: one of its own,
   * which shows those of the process, too.
   */
  readonly metrics?: Registry
  /**
   * Called when a file that the configuration was read from has changed, those of `${file:…}` and of certificates included;
   * once until the next reload, which is the program's to begin. What it throws is logged. Default: nobody looks.
   */
  readonly changed?: () => void
}

/** Origins of the listeners, with the ports that they got. */
export interface GatewayAddresses {
  /** Of the public listener. */
  readonly url: string
  /** Of the admin listener. */
  readonly adminUrl: string
}

/** How long closing may take: durations as in the configuration, whose `shutdown` is the default. */
export interface CloseOptions {
  /** Between `/readyz` turning 503 and the end of listening. */
  readonly delay?: string
  /** For requests under way to finish; then they are ended. */
  readonly grace?: string
}

/** A gateway inside a program. */
export interface Gateway extends GatewayAddresses {
  /** The configuration that is served. @throws Error before it has started, as `url` and `adminUrl` do */
  readonly config: LoadedConfig
  /** What `/readyz` says. */
  readonly ready: boolean
  /**
   * Reads the configuration and listens. The same promise for every call.
   *
   * @throws ConfigError with everything that is wrong with the configuration, and what to write instead
   * @throws ListenError, which is one, where an address cannot be listened on; its code is node:net's
   */
  start(): Promise<GatewayAddresses>
  /**
   * Takes a configuration over, by default the same file or value again: builds it whole beside the one that is served, and
   * swaps them between two requests. Requests and streams that are under way go on as they began. If anything is wrong,
   * the one that is served stays.
   *
   * @throws ConfigError as `start` does, and for a change that wants a restart
   */
  reload(config?: string | GatewayConfig): Promise<ConfigChanges>
  /**
   * Drains: `/readyz` is 503 at once, requests under way finish, what is open after the grace is ended; then filters and
   * connections close. The first call decides how long that may take.
   *
   * @throws TypeError for an option that is no duration
   */
  close(options?: CloseOptions): Promise<void>
}
