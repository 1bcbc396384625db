import type { EntrySettings, RouteSettings } from '@sluice/core'

/** A route with the configuration of those of its filters that sign people in. */
export class GuardedRoute {
  readonly name: string
  readonly path: string
  /** Origin and path, without a trailing slash. */
  readonly publicUrl: string
  readonly chain: readonly EntrySettings[]

  constructor({ name, path, publicUrl }: RouteSettings, chain: readonly EntrySettings[]) {
    this.name = name
    this.path = path
    this.publicUrl = publicUrl
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

  /** A key's values, one or several. */
  list(plugin: string, key: string): readonly string[] {
    const config = this.entry(plugin)?.config as Record<string, string | readonly string[] | undefined> | undefined
    return [config?.[key] ?? []].flat()
  }
}
