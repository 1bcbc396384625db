import type { Filter, Plugin } from '@sluice/plugin-api'
import { type FakeContext, fakeContext, type FakeContextOptions } from '../context.ts'
import type { BreachList } from './breach.ts'
import { checkUntouched } from './configuration-rules.ts'
import { FactWatch } from './fact-watch.ts'
import { checkFilter } from './filter-form.ts'

/** What a filter is made from. */
export interface FilterMaking {
  readonly plugin: Plugin
  /** With its defaults. */
  readonly config: object
  /** Where the relative paths of the configuration start. */
  readonly directory: string
  readonly breaches: BreachList
}

/** A filter that was made for a route, until it is closed. */
export class OpenFilter {
  readonly filter: Filter
  readonly ctx: FakeContext
  readonly facts: FactWatch
  readonly #breaches: BreachList

  private constructor(filter: Filter, ctx: FakeContext, facts: FactWatch, breaches: BreachList) {
    this.filter = filter
    this.ctx = ctx
    this.facts = facts
    this.#breaches = breaches
  }

  /** Makes a filter; `undefined` where the plugin made none, which is a breach. */
  static async make(making: FilterMaking, options: FakeContextOptions = {}): Promise<OpenFilter | undefined> {
    const { plugin, breaches } = making
    const facts = new FactWatch(plugin, making.config, breaches)
    const ctx: FakeContext = {
      ...fakeContext({ entry: `global/${plugin.name}`, directory: making.directory, ...options }),
      fact: name => facts.fact(name)
    }
    const config = structuredClone(making.config)
    try {
      const filter = checkFilter(await plugin.create(config, ctx), breaches)
      checkUntouched(making.config, config, breaches)
      if (filter !== undefined) return new OpenFilter(filter, ctx, facts, breaches)
    } catch (error) {
      breaches.add(
        'configuration',
        `create refuses ${JSON.stringify(making.config)} for the route ${ctx.route.name}: ${String(error)}`
      )
    }
    ctx.close()
    return undefined
  }

  /** Closes it in the order of the core: signal, `onClose`, shared values. */
  async close(): Promise<void> {
    this.ctx.abort()
    try {
      await this.filter.onClose?.()
    } catch (error) {
      this.#breaches.add('close', `onClose threw: ${String(error)}`)
    }
    try {
      this.ctx.close()
    } catch (error) {
      this.#breaches.add('close', `a shared value could not be disposed: ${String(error)}`)
    }
    for (const file of this.ctx.watched()) this.#breaches.add('close', `${file} is still watched`)
  }
}
