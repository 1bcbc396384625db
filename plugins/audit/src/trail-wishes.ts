import { ConfigFault, type Configuration } from '@sluice/plugin-api'
import { isSameTrail, type TrailSettings } from './settings.ts'

/** For each configuration that is being made, how its entries want a trail. */
export class TrailWishes {
  readonly #wanted = new WeakMap<Configuration, TrailSettings>()

  /** Says how an entry wants it. @throws ConfigFault where another entry of the configuration wants it otherwise */
  want(configuration: Configuration, settings: TrailSettings): void {
    const wanted = this.#wanted.get(configuration)
    if (wanted !== undefined && !isSameTrail(wanted, settings))
      throw new ConfigFault(['file'], 'another entry writes the same trail with another checkpoint or rotate')
    this.#wanted.set(configuration, settings)
  }
}
