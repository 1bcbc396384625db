import type { Counter, Filter, Metrics, Plugin } from '@sluice/plugin-api'
import { createGateway } from '@sluice/core'
import { Gauge, Registry } from 'prom-client'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { samplesOf, scrape } from './support/scrape.ts'
import { closedPort, upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

/** A plugin that does something with its metrics when it is made, and with each request. */
const recording = (create: (metrics: Metrics) => ((path: string) => void) | void, name = 'recording'): Plugin => ({
  name,
  version: '1',
  api: 1,
  configSchema: {},
  create: (_config, ctx) => {
    const record = create(ctx.metrics)
    return {
      onRequest(x) {
        record?.(x.path + x.query)
        return undefined
      }
    }
  }
})

t.test('decisions are counted by who made them, their outcome and their code', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const policy: Filter = {
    onRequest(x) {
      if (x.query === 'refuse') return { status: 403, code: 'TEST_NO' }
      if (x.query === 'fail') throw new Error('a fault of the filter')
      if (x.query === 'answer') return { status: 200, body: 'own' }
      x.decide({ filter: 'r/f0', outcome: 'shadow-deny', code: 'TEST_SHADOW', reason: '' })
      return undefined
    }
  }
  const g = await gateway(t, [
    { upstream: url, name: 'r', filters: [policy] },
    { upstream: await closedPort(), name: 'gone', path: '/gone' }
  ])
  for (const path of ['/mcp', '/mcp', '/mcp?refuse', '/mcp?fail', '/mcp?answer', '/gone', '/nowhere'])
    await (await fetch(g.url + path)).text()
  const wire = await Wire.to(g.url)
  wire.write('no request', '', '')
  await wire.closed
  const decisions = Array.from(await scrape(g.adminUrl)).filter(([name]) => name.startsWith('sluice_decisions_total'))
  t.strictSame(Object.fromEntries(decisions), {
    'sluice_decisions_total{route="r",filter="r/f0",outcome="shadow-deny",code="TEST_SHADOW"}': 2,
    'sluice_decisions_total{route="r",filter="r/f0",outcome="deny",code="TEST_NO"}': 1,
    'sluice_decisions_total{route="r",filter="r/f0",outcome="error",code="SLUICE_FILTER_FAILED"}': 1,
    'sluice_decisions_total{route="gone",filter="core",outcome="error",code="SLUICE_UPSTREAM_UNREACHABLE"}': 1,
    'sluice_decisions_total{route="-",filter="core",outcome="deny",code="SLUICE_ROUTE_NOT_FOUND"}': 1,
    'sluice_decisions_total{route="-",filter="core",outcome="deny",code="SLUICE_REQUEST_MALFORMED"}': 1
  })
})

t.test('what is under way shows, and what runs', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url, name: 'r' }])
  const arrived = next()
  const answered = fetch(`${g.url}/mcp`)
  const [, res] = await arrived
  const during = await scrape(g.adminUrl)
  t.equal(during.get('sluice_open_requests{route="r"}'), 1)
  t.equal(during.get(`sluice_build_info{version="0.1.0",node="${process.version}"}`), 1)
  t.ok(during.get('process_start_time_seconds')! > 0, 'and the process')
  res.end('answer')
  await (await answered).text()
  t.equal((await scrape(g.adminUrl)).get('sluice_open_requests{route="r"}'), 0)
})

t.test('a filter that makes series without end keeps a thousand, and what is new goes into one', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const endless = recording(metrics => {
    const seen = metrics.counter('test_seen_total', 'Paths.', ['route', 'path'])
    const durations = metrics.histogram('test_seconds', 'Long names.', [1], ['path'])
    return path => {
      for (let i = 0; i < 1500; i++) seen.series('r', path + i).add()
      seen.series(path, path).add()
      durations.series('x'.repeat(300)).observe(2)
    }
  })
  const g = await gateway(t, [{ upstream: url, name: 'r', filters: [endless] }])
  for (let i = 0; i < 2; i++) await (await fetch(`${g.url}/mcp?${i}`)).text()
  const samples = await scrape(g.adminUrl)
  const seen = Array.from(samples).filter(([name]) => name.startsWith('test_seen_total'))
  t.equal(seen.length, 1002)
  t.equal(samples.get('test_seen_total{route="r",path="/mcp0999"}'), 1)
  t.equal(samples.get('test_seen_total{route="r",path="/mcp01000"}'), undefined)
  t.equal(samples.get('test_seen_total{route="r",path="other"}'), 2000, 'under its own route')
  t.equal(samples.get('test_seen_total{route="other",path="other"}'), 2, 'what it says of another is not believed')
  t.equal(samples.get('test_seconds_count{path="other"}'), 2, 'a long value is other')
  const warnings = g.log.filter(({ message }) => message.startsWith('a metric has too many series'))
  t.match(warnings, [{ level: 'warn', fields: { entry: 'r/recording', metric: 'test_seen_total', most: 1000 } }])
  t.equal(warnings.length, 1, 'and it is said once')
})

t.test('codes without end are as many series as others, too', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const talkative: Filter = {
    onRequest(x) {
      for (let i = 0; i < 6000; i++) x.decide({ filter: 'r/f0', outcome: 'allow', code: `TEST_${i}`, reason: '' })
      x.decide({ filter: 'f'.repeat(300), outcome: 'allow', code: 'TEST', reason: '' })
      return undefined
    }
  }
  const g = await gateway(t, [{ upstream: url, name: 'r', filters: [talkative] }])
  await (await fetch(`${g.url}/mcp`)).text()
  const decisions = Array.from(await scrape(g.adminUrl)).filter(([name]) => name.startsWith('sluice_decisions_total'))
  t.equal(decisions.length, 1001)
  t.equal(
    decisions.reduce((sum, [, value]) => sum + value, 0),
    6001,
    'and none is lost'
  )
})

t.test('a metric that Prometheus could not read, or not tell from another, is refused when it is declared', async t => {
  const { url } = await upstream(t)
  const rows: Record<string, (metrics: Metrics) => unknown> = {
    'is no name of a metric': metrics => metrics.counter('test metric', ''),
    'cannot have a label test-label': metrics => metrics.counter('test', '', ['test-label']),
    'cannot have a label __name__': metrics => metrics.counter('test', '', ['__name__']),
    'cannot have a label le': metrics => metrics.histogram('test', '', [1], ['le']),
    'has a label twice': metrics => metrics.counter('test', '', ['a', 'a']),
    'do not ascend': metrics => metrics.histogram('test', '', [1, 1]),
    'exists as a counter with the labels (route, method, status)': metrics =>
      metrics.counter('sluice_requests_total', '', ['route']),
    'exists as a histogram with the labels (route)': metrics =>
      metrics.counter('sluice_request_duration_seconds', '', ['route']),
    'exists with the buckets 1, 2': metrics => {
      metrics.histogram('test', '', [1, 2])
      metrics.histogram('test', '', [1])
    },
    'would be one of the process': metrics => metrics.gauge('process_cpu_seconds_total', ''),
    'There are 1000 metrics already': metrics => {
      for (let i = 0; i < 1000; i++) metrics.counter(`test_${i}`, '')
    },
    'has the labels (a), not 2 values': metrics => metrics.counter('test', '', ['a']).series('1', '2')
  }
  for (const [message, declare] of Object.entries(rows)) {
    const plugin = recording(metrics => void declare(metrics))
    const config = {
      publicUrl: 'http://127.0.0.1',
      routes: [{ name: 'r', path: '/', upstream: url, filters: [{ recording: {} }] }]
    }
    const refused = createGateway(config, { plugins: [plugin], inEveryChain: [] })
    await t.rejects(refused.start(), { message: new RegExp(message.replaceAll(/[()]/g, '\\$&')) }, message)
  }
})

t.test('a value that is no number spoils no series', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const broken = recording(metrics => {
    const counter = metrics.counter('test_total', '').series()
    const histogram = metrics.histogram('test_seconds', '', [1]).series()
    return () => {
      for (const n of [1, Number.NaN, -5]) counter.add(n)
      for (const n of [0.5, Number.NaN, 3]) histogram.observe(n)
    }
  })
  const g = await gateway(t, [{ upstream: url, filters: [broken] }])
  await (await fetch(`${g.url}/mcp`)).text()
  const samples = await scrape(g.adminUrl)
  t.strictSame(Object.fromEntries(Array.from(samples).filter(([name]) => name.startsWith('test_'))), {
    test_total: 1,
    'test_seconds_bucket{le="1"}': 1,
    'test_seconds_bucket{le="+Inf"}': 2,
    test_seconds_sum: 3.5,
    test_seconds_count: 2
  })
})

t.test("a program's registry", async t => {
  const { url, next } = await upstream(t)
  const config = {
    publicUrl: 'http://127.0.0.1',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    routes: [{ name: 'r', path: '/mcp', upstream: url }]
  }
  const answer = async (base: string): Promise<void> => {
    const arrived = next()
    const answered = fetch(`${base}/mcp`)
    ;(await arrived)[1].end('answer')
    await (await answered).text()
  }

  await t.test('is left as it was by a start that failed', async t => {
    const metrics = new Registry()
    const busy = { ...config, admin: { port: Number(new URL(url).port) } }
    for (const broken of [busy, { ...config, routes: [] }]) {
      const failing = createGateway(broken, { metrics, inEveryChain: [] })
      await t.rejects(failing.start())
      t.strictSame(metrics.getMetricsAsArray(), [])
    }
  })

  await t.test('goes to the next gateway when one has failed, and stays with it', async t => {
    const metrics = new Registry()
    const failed = createGateway({ ...config, routes: [] }, { metrics, inEveryChain: [] })
    await t.rejects(failed.start())
    const next = createGateway(config, { metrics, inEveryChain: [] })
    await failed.close()
    t.ok(metrics.getSingleMetric('sluice_requests_total'))
    await next.close()
    t.strictSame(metrics.getMetricsAsArray(), [])
  })

  await t.test('that has one of the names already is left as it was, too', async t => {
    const metrics = new Registry()
    const own = new Gauge({ name: 'sluice_open_streams', help: 'Other streams.', registers: [metrics] })
    t.throws(() => createGateway(config, { metrics, inEveryChain: [] }), /already been registered/)
    t.strictSame(metrics.getMetricsAsArray(), [own])
  })

  await t.test('can be reset: counters begin anew, and what is open stays', async t => {
    const metrics = new Registry()
    const started = createGateway(config, { metrics, inEveryChain: [] })
    const { url: base } = await started.start()
    t.teardown(() => started.close())
    await answer(base)
    const arrived = next()
    const open = fetch(`${base}/mcp`)
    const [, res] = await arrived
    metrics.resetMetrics()
    const reset = samplesOf(await metrics.metrics())
    t.equal(reset.get('sluice_requests_total{route="r",method="GET",status="200"}'), 0)
    t.equal(reset.get('sluice_request_duration_seconds_count{route="r"}'), 0)
    t.equal(reset.get('sluice_request_duration_seconds_sum{route="r"}'), 0)
    t.equal(reset.get('sluice_open_requests{route="r"}'), 1)
    t.equal(reset.get('sluice_config_last_reload_successful'), 1)
    res.end('answer')
    await (await open).text()
    const after = samplesOf(await metrics.metrics())
    t.equal(after.get('sluice_requests_total{route="r",method="GET",status="200"}'), 1)
    t.equal(after.get('sluice_open_requests{route="r"}'), 0)
  })

  await t.test('shows nothing of the process, which is the business of the program', async t => {
    const started = createGateway(config, { metrics: new Registry(), inEveryChain: [] })
    const { adminUrl } = await started.start()
    t.teardown(() => started.close())
    t.notOk(Array.from((await scrape(adminUrl)).keys()).some(name => /^(?:process|nodejs)_/.test(name)))
  })

  await t.test('may be one of the OpenMetrics format, and give JSON', async t => {
    const metrics = new Registry()
    // prom-client's types know no registry that is of one format first and of the other then.
    metrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
    const started = createGateway(config, { metrics, inEveryChain: [] })
    const { url: base } = await started.start()
    await answer(base)
    for (let i = 0; i < 2; i++) {
      const page = await metrics.metrics()
      t.match(page, '\nsluice_requests_total{route="r",method="GET",status="200"} 1\n')
      t.match(page, '# TYPE sluice_requests counter')
    }
    const json = await metrics.getMetricsAsJSON()
    const duration = json.find(({ name }) => name === 'sluice_request_duration_seconds')!
    const ofRoute = duration.values.filter(({ labels }) => labels.route === 'r')
    t.match(ofRoute[0], { labels: { route: 'r', le: '0.001' } })
    t.match(ofRoute.at(-1), { metricName: 'sluice_request_duration_seconds_count', labels: { route: 'r' }, value: 1 })
    await started.close()
    t.strictSame(metrics.getMetricsAsArray(), [])
  })

  await t.test('is not written to by a filter that works on after the gateway is closed', async t => {
    const metrics = new Registry()
    let late: Counter | undefined
    let taken: Metrics | undefined
    const plugin = recording(given => void (taken = given))
    const withFilter = { ...config, routes: [{ ...config.routes[0]!, filters: [{ recording: {} }] }] }
    const started = createGateway(withFilter, { metrics, plugins: [plugin], inEveryChain: [] })
    await started.start()
    await started.close()
    late = taken!.counter('test_late_total', '').series()
    late.add()
    t.strictSame(metrics.getMetricsAsArray(), [])
  })
})
