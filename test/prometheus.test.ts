import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t, { type Test } from 'tap'
import { contoso } from './support/contoso.ts'
import { noPrometheus, TestPrometheus } from './support/prometheus.ts'

const deploy = resolve(import.meta.dirname, '../deploy')

/** A company whose gateway a Prometheus scrapes with the alerts that come along, and a client of its MCP server. */
const scraped = async (t: Test) => {
  const limit = { 'rate-limit': { by: 'tool', limit: 1000, per: '1m' } }
  const { mcp, entra, admin } = await contoso(t, { routeFilters: [limit] })
  const prometheus = await TestPrometheus.start(t, {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
    rule_files: [join(deploy, 'prometheus/rules.yaml')],
    scrape_configs: [{ job_name: 'sluice', static_configs: [{ targets: [new URL(admin).host] }] }]
  })
  const client = new Client({ name: 'test', version: '1' })
  const headers = { authorization: `Bearer ${entra.issueToken({ scopes: ['mcp_access'] })}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit: { headers } }))
  t.teardown(() => client.close())
  return { mcp, client, prometheus }
}

t.test('a real Prometheus scrapes the gateway and answers what an operator asks', { skip: noPrometheus }, async t => {
  const { mcp, client, prometheus } = await scraped(t)
  await client.listTools()
  const traffic = async (): Promise<void> => {
    await client.callTool({ name: 'echo', arguments: { text: 'hello' } })
    await client.callTool({ name: 'made-up' }).catch(() => {})
    await fetch(mcp, { method: 'POST' })
    await fetch(mcp, { method: 'POST', headers: { authorization: 'Bearer none' } })
  }
  const rates = [
    'sum by (route) (rate(sluice_requests_total{status="200"}[1m])) > 0',
    'sum by (code) (rate(sluice_decisions_total{outcome="deny", code="SLUICE_AUTH_TOKEN_MISSING"}[1m])) > 0',
    'rate(sluice_auth_outcomes_total{reason="SLUICE_AUTH_TOKEN_MALFORMED"}[1m]) > 0',
    'rate(sluice_rate_limit_decisions_total{entry="demo/rate-limit", decision="allowed"}[1m]) > 0',
    'histogram_quantile(0.99, sum by (le, route) (rate(sluice_gateway_overhead_seconds_bucket{route="demo"}[1m]))) > 0',
    'histogram_quantile(0.95, sum by (le, gen_ai_tool_name) (rate(mcp_server_operation_duration_seconds_bucket{mcp_method_name="tools/call", gen_ai_tool_name="echo"}[1m]))) > 0'
  ]
  for (const rate of rates) {
    let samples = await prometheus.query(rate)
    while (samples.length === 0) {
      await traffic()
      samples = await prometheus.query(rate)
    }
    t.equal(samples.length, 1, rate)
  }
  const levels: Record<string, number> = {
    'up{job="sluice"}': 1,
    sluice_config_last_reload_successful: 1,
    'count(sluice_build_info{version="0.1.0"})': 1,
    'count(sluice_key_set_age_seconds < 3600)': 2,
    'count(process_resident_memory_bytes{job="sluice"} > 0)': 1,
    'count(mcp_server_operation_duration_seconds_count{gen_ai_tool_name="other"})': 1,
    'count(mcp_server_operation_duration_seconds_count{gen_ai_tool_name="made-up"}) or vector(0)': 0
  }
  for (const [query, value] of Object.entries(levels)) {
    // Until it is so: a scrape may have been late.
    const [sample] = await prometheus.eventually(query, samples => samples[0]?.value === value)
    t.equal(sample!.value, value, query)
  }
})

t.test('it evaluates every alert and every panel, and nothing fires', { skip: noPrometheus }, async t => {
  const { client, prometheus } = await scraped(t)
  await client.listTools()
  let rules = await prometheus.rules()
  while (rules.some(({ health }) => health === 'unknown')) rules = await prometheus.rules()
  t.ok(rules.length > 15)
  for (const { name, health, lastError } of rules) t.equal(health, 'ok', `${name} ${lastError ?? ''}`)
  const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/sluice.json'), 'utf8')) as {
    readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[]
  }
  await prometheus.eventually('count_over_time(sluice_build_info[1m]) > 1', samples => samples.length === 1)
  for (const { title, targets = [] } of dashboard.panels) {
    for (const { expr } of targets) {
      const query = expr.replaceAll(/\$(?:job|instance|route)/g, '.*').replaceAll('$__rate_interval', '1m')
      await t.resolves(prometheus.query(query), title)
    }
  }
  t.strictSame(await prometheus.query('ALERTS{alertstate="firing"}'), [])
})
