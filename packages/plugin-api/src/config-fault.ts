/** What is wrong with a configuration that its schema lets pass. Thrown in `create`, it is shown at the key that it blames. */
export class ConfigFault extends Error {
  override name = 'ConfigFault'
  /** From the entry's configuration to the value: `['cache', 'max']`. */
  readonly configPath: readonly (string | number)[]

  constructor(configPath: readonly (string | number)[], message: string) {
    super(message)
    this.configPath = configPath
  }
}
