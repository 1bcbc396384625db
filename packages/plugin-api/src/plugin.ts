import type { PluginContext } from './context.ts'
import type { Filter } from './filter.ts'
import type { SingletonMaker } from './singleton.ts'

/** A kind of filter: what it is called, how it is configured, and how one is made. The default export of a plugin's package. */
export interface Plugin<Config = unknown> {
  /** The key in YAML, kebab-case. */
  readonly name: string
  /** The plugin's own version, as in its package.json. */
  readonly version: string
  /** Major of this contract. A plugin with another one is refused when the configuration loads. */
  readonly api: 1
  /**
   * JSON Schema draft-07 of the configuration: `additionalProperties: false`, a description on every key,
   * `writeOnly: true` on secrets. Defaults are filled in. The key `id` is taken out before the schema is applied.
   */
  readonly configSchema: object
  /** Facts that an EARLIER filter of the chain must provide with this configuration; checked at load. */
  requires?(config: Readonly<Config>): readonly string[]
  /** Facts used if present, whatever the position (audit, otel). */
  readonly reads?: readonly string[]
  /**
   * A fact: right behind the filter that provides it the filter stands in each chain, wherever it is written in front of
   * that, so that nothing answers between the two. Where nobody provides the fact it stays where it is written.
   */
  readonly behind?: string
  /** Facts that only this plugin sets; one provider a chain. */
  readonly provides?: readonly string[]
  /** Parts of which a process has one, by name, for {@link PluginContext.singleton}. */
  readonly singletons?: Readonly<Record<string, SingletonMaker>>
  /**
   * Makes the filter. Called once for each route that uses the entry. Must not wait for the network: see
   * {@link PluginContext.readiness}.
   *
   * @throws Error to refuse a configuration that the schema cannot; the message is shown with the entry's position, or
   * with that of a key if the error has a `configPath` from the configuration to it: `['cache', 'max']`. An
   * AggregateError of such errors shows each.
   */
  create(config: Readonly<Config>, ctx: PluginContext): Filter | Promise<Filter>
}

/**
 * Types a plugin's parts from its configuration type, and returns it as it is.
 *
 * @example
 * ```ts
 * export default definePlugin<{ from: number, to: number }>({
 *   name: 'business-hours', version: '1.0.0', api: 1,
 *   configSchema: { type: 'object', additionalProperties: false, required: ['from', 'to'], properties: {
 *     from: { type: 'integer', minimum: 0, maximum: 23, description: 'First hour, UTC.' },
 *     to: { type: 'integer', minimum: 1, maximum: 24, description: 'Hour after the last, UTC.' } } },
 *   create ({ from, to }) {
 *     const closed: Reply = Object.freeze({ status: 403, code: 'CONTOSO_CLOSED', reason: 'Outside business hours' })
 *     return { onRequest () { const h = new Date().getUTCHours(); return h >= from && h < to ? undefined : closed } }
 *   }
 * })
 * ```
 */
export const definePlugin = <Config>(plugin: Plugin<Config>): Plugin<Config> => plugin
