/** What is wrong with a configuration that its schema lets pass. */
export class ConfigFault extends Error {
  override name = 'ConfigFault'
  /** Where, from the entry's configuration on: the gateway shows the fault at that key. */
  readonly configPath: readonly (string | number)[]

  constructor(configPath: readonly (string | number)[], message: string) {
    super(message)
    this.configPath = configPath
  }
}
