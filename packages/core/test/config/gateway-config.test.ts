import { createGateway, type GatewayConfig, type RouteConfig, type UpstreamConfig } from '@sluice/core'
import { definePlugin } from '@sluice/plugin-api'
import t from 'tap'
import { baseSchema } from '../../src/config/base-schema.ts'

type Properties = (typeof baseSchema)['properties']
type RouteProperties = Properties['routes']['items']['properties']
/** Whether two types of keys are the same. */
type Same<A, B> = [Exclude<A, B> | Exclude<B, A>] extends [never] ? true : false

t.test('the type of a configuration has the keys of its schema, no more and no fewer', async t => {
  // Compiled is passed: where the keys are not the same, true is no value of the type.
  const same: {
    readonly root: Same<keyof GatewayConfig, keyof Properties>
    readonly limits: Same<keyof NonNullable<GatewayConfig['limits']>, keyof Properties['limits']['properties']>
    readonly shutdown: Same<keyof NonNullable<GatewayConfig['shutdown']>, keyof Properties['shutdown']['properties']>
    readonly listen: Same<keyof NonNullable<GatewayConfig['listen']>, keyof Properties['listen']['properties']>
    readonly route: Same<keyof RouteConfig, keyof RouteProperties>
    readonly upstream: Same<keyof UpstreamConfig, keyof RouteProperties['upstream']['properties']>
  } = { root: true, limits: true, shutdown: true, listen: true, route: true, upstream: true }
  t.ok(Object.values(same).every(Boolean))
})

t.test('plugins of any configuration may be handed over, and mistakes do not compile', async t => {
  const route: RouteConfig = { name: 'a', path: '/a', upstream: { url: 'http://127.0.0.1:1', cookies: true } }
  const typed = definePlugin<{ from: number }>({
    name: 'typed',
    version: '1.0.0',
    api: 1,
    configSchema: {},
    create: ({ from }) => ({ onRequest: () => (from > 1 ? undefined : { status: 403 }) })
  })
  const filters = [{ typed: { from: 8 } }, { typed: null }]
  t.ok(createGateway({ publicUrl: 'http://127.0.0.1', routes: [{ ...route, filters }] }, { plugins: [typed] }))
  t.ok(createGateway('sluice.yaml'))
  // @ts-expect-error -- no routes
  t.ok(createGateway({ publicUrl: 'http://127.0.0.1' }))
  // @ts-expect-error -- a number is no duration
  t.ok(createGateway({ publicUrl: 'http://127.0.0.1', routes: [route], shutdown: { grace: 5 } }))
  // @ts-expect-error -- the configuration of a filter is a map
  t.ok(createGateway({ publicUrl: 'http://127.0.0.1', routes: [route], filters: [{ typed: 8 }] }))
})
