import { ReadinessBoard } from '../admin/readiness.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Address, Settings } from '../config/settings.ts'
import { listenError } from './listen-error.ts'
import { PublicListener } from './public-listener.ts'
import { RequestHandler } from './request-handler.ts'
import type { Services } from './services.ts'
import type { Prepared, Serving } from './serving.ts'
import type { Site } from './site.ts'
import { compileSite } from './site-maker.ts'
import { Sites } from './sites.ts'

/** What a thread serves with, from the first configuration on. */
interface Parts {
  readonly handler: RequestHandler
  readonly listener: PublicListener
  readonly sites: Sites
}

/** Serves in this thread. */
export class ThreadServing implements Serving {
  readonly readiness: ReadinessBoard
  readonly #services: Services
  readonly #refuseWhenClosing: () => void
  #parts: Parts | undefined

  /** `refuseWhenClosing` throws once nothing new is to begin. */
  constructor(services: Services, readiness: ReadinessBoard, refuseWhenClosing: () => void = () => {}) {
    this.#services = services
    this.readiness = readiness
    this.#refuseWhenClosing = refuseWhenClosing
  }

  get url(): string {
    return this.#parts!.listener.url
  }

  async prepare(config: LoadedConfig): Promise<Prepared> {
    const site = await this.#compile(config)
    return { takeOver: () => this.#takeOver(config, site), discard: () => site.close() }
  }

  async listen(config: LoadedConfig): Promise<void> {
    await this.listenAt(config.settings.listen).catch((error: NodeJS.ErrnoException) => {
      throw listenError(error, 'listen', config)
    })
  }

  /** Listens there; with `reusePort` beside other threads that do so. @throws Error of node:net */
  async listenAt(address: Address, reusePort = false): Promise<void> {
    await this.#parts!.listener.open(address, reusePort)
  }

  async drain(graceMs: number): Promise<void> {
    await this.#parts?.listener.drain(graceMs)
    this.#parts?.handler.deadlines.stop()
  }

  async close(withinMs: number): Promise<void> {
    await this.#parts?.listener.stop()
    this.#parts?.handler.deadlines.stop()
    await this.#parts?.sites.close(withinMs)
  }

  async #compile(config: LoadedConfig): Promise<Site> {
    const site = await compileSite(config, this.#services)
    try {
      this.#refuseWhenClosing()
      await site.start()
      this.#refuseWhenClosing()
      return site
    } catch (error) {
      await site.close()
      throw error
    }
  }

  async #takeOver({ settings }: LoadedConfig, site: Site): Promise<void> {
    if (this.#parts === undefined) {
      const handler = new RequestHandler(site, this.#services)
      const listener = new PublicListener(handler, settings, this.#services)
      handler.deadlines.watch(settings.patience.lookMs)
      this.#parts = { handler, listener, sites: new Sites(handler) }
    } else {
      await this.#renew(this.#parts.listener, settings, site)
      this.#parts.sites.swap(site)
    }
    this.readiness.show(site.readinesses)
  }

  async #renew(listener: PublicListener, settings: Settings, site: Site): Promise<void> {
    try {
      listener.renew(settings)
    } catch (error) {
      await site.close()
      throw error
    }
  }
}
