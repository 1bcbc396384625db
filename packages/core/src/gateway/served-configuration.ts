import type { Configuration } from '@sluice/plugin-api'
import { configHash } from '../config/config-hash.ts'
import type { LoadedConfig } from '../config/load.ts'

/** A configuration as filters see it. Its hash is made when the first of them asks. */
export class ServedConfiguration implements Configuration {
  readonly #config: LoadedConfig
  #hash: string | undefined

  constructor(config: LoadedConfig) {
    this.#config = config
  }

  get hash(): string {
    this.#hash ??= configHash(this.#config)
    return this.#hash
  }
}
