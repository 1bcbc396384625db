import type { EntrySettings, RouteSettings } from '@sluice/core'

/** A route with the configuration of those of its filters that sign people in. */
export class GuardedRoute {
  readonly name: string
  readonly path: string
  /** Origin and path, without a trailing slash. */
  readonly publicUrl: string
  /** `undefined`: it answers at every host. */
  readonly host: string | undefined
  readonly chain: readonly EntrySettings[]

  constructor({ name, path, publicUrl, host }: RouteSettings, chain: readonly EntrySettings[]) {
    this.name = name
    this.path = path
    this.publicUrl = publicUrl
    this.host = host
    this.chain = chain
  }

  entry(plugin: string): EntrySettings | undefined {
    return this.chain.find(entry => entry.plugin.name === plugin)
  }

  /** Tenants whose tokens jwt-entra accepts. */
  get tenants(): readonly string[] {
    const listed = this.list('jwt-entra', 'tenants')
    return listed.length > 0 ? listed : this.list('jwt-entra', 'tenant')
  }

  /** Finds out who is calling. */
  get provider(): EntrySettings | undefined {
    return this.chain.find(({ plugin }) => plugin.provides?.includes('principal') === true)
  }

  /** Whether nobody gets through without a token. */
  get asksForToken(): boolean {
    return this.provider !== undefined && !this.list(this.provider.plugin.name, 'mode').includes('optional')
  }

  /** A key's values, one or several. */
  list(plugin: string, key: string): readonly string[] {
    const config = this.entry(plugin)?.config as Record<string, string | readonly string[] | undefined> | undefined
    return [config?.[key] ?? []].flat()
  }
}
