import type { Server } from 'node:http'
import type { LoadedConfig } from '../config/load.ts'
import { listenError } from '../gateway/listen-error.ts'
import { listenOn, originOf, stopServer } from '../gateway/listening.ts'
import { createAdminServer, type MetricsPage } from './admin-server.ts'
import type { ReadinessView } from './readiness.ts'

/** The admin listener: the last thing that answers. */
export class AdminListener {
  readonly #server: Server

  constructor(metrics: MetricsPage, readiness: ReadinessView) {
    this.#server = createAdminServer(metrics, readiness)
  }

  /** @throws ListenError where the address cannot be listened on */
  async open(config: Pick<LoadedConfig, 'settings' | 'source'>): Promise<void> {
    const { host, port } = config.settings.admin
    await listenOn(this.#server, { host, port }).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, 'admin', config)
    })
  }

  /** Origin, with the port that it got. */
  get url(): string {
    return originOf(this.#server)
  }

  close(): Promise<void> {
    return stopServer(this.#server)
  }
}
