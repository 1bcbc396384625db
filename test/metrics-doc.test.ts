import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import t, { type Test } from 'tap'
import { contoso } from './support/contoso.ts'
import type { CatalogueEntry } from '@sluice/core'
import { catalogues } from './support/metric-catalogues.ts'
import { OtlpReceiver } from './support/otlp-receiver.ts'
import { noPromtool } from './support/prometheus.ts'
import { samplesOf } from './support/scrape.ts'
import { variables } from './support/variables.ts'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'docs/metrics.md')

const cell = (text: string): string => text.replaceAll('|', '\\|')

const section = ([name, metrics]: (typeof catalogues)[number]): string =>
  `\n## ${name}\n${Object.values(metrics).map(entry).join('')}`

const entry = ({ name, type, unit, help, labels, buckets, use }: CatalogueEntry): string => `
### \`${name}\`

${help} *${[type, unit].filter(text => text !== '').join(', ')}*

${use}
${labelTable(labels)}${buckets === undefined ? '' : `\nBuckets: ${buckets.join(', ')}.\n`}`

const labelTable = (labels: CatalogueEntry['labels']): string => {
  const rows = Object.entries(labels).map(([label, values]) => `| \`${label}\` | ${cell(values)} |\n`)
  return rows.length === 0 ? '' : `\n| label | values |\n|---|---|\n${rows.join('')}`
}

const processTable = async (): Promise<string> => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const metrics = await registry.getMetricsAsJSON()
  return metrics.map(({ name, help, type }) => `| \`${name}\` | ${type} | ${cell(help)} |\n`).join('')
}

const document = async (): Promise<string> => `# Metrics

\`GET /metrics\` on the admin listener, in Prometheus' text format. [\`deploy/grafana/sluice.json\`](../deploy/grafana/sluice.json) is a dashboard for Grafana 11 or newer, [\`deploy/prometheus/rules.yaml\`](../deploy/prometheus/rules.yaml) are alerts, each with what to do ([how to set them up](../deploy/README.md), and queries for the first questions); both expect the job to be called \`sluice\`:

\`\`\`yaml
rule_files: [rules.yaml]
scrape_configs:
  - job_name: sluice
    static_configs:
      - targets: ['127.0.0.1:9090']
\`\`\`

Each metric keeps its name, its labels and its meaning. A program that [embeds the gateway](embedding.md) may have them in a registry of its own.

**Label values are bounded.** What a client can choose has a label value of its own only if it is known to exist: an HTTP method, a method of MCP, a tool or prompt that the upstream has listed on this route since the gateway started (200 of each at the most). Everything else is \`other\`. Who called is in no label. A filter has up to 1000 series of a metric on each route; what is new then is counted in one whose values are \`other\`, except for those of its own \`route\` and \`entry\`, and the log says so once. No token or anything of one is in a metric.

**MCP operations are recorded where messages are read**: on routes with a filter that asks for messages or results ([Messages and results](lifecycle.md#messages-and-results)). On other routes nothing is parsed, and \`mcp_server_operation_duration_seconds\` has nothing. Where filters read requests and no results, an operation lasts until the whole answer is out, and of its errors only the HTTP status is known: neither \`tool_error\` nor a JSON-RPC code.

| filter | reads requests | reads results |
|---|---|---|
| \`authz\`; \`audit\`, without \`messages: false\` | yes | yes |
| \`rate-limit\` with \`cost\`, \`by: tool\` or \`streams\` | yes | no |
| \`otel\` with \`messages: true\` | yes | yes |
| \`audit\`, \`rate-limit\` and \`otel\` otherwise, \`jwt-entra\`, \`revocation\`, \`prm\`, \`scope\`, \`origin\`, \`session-binding\`, \`entra-oauth\` | no | no |
| a [filter of your own](writing-a-plugin.md) that names \`mcp.requests\` or \`mcp.results\` | yes | with \`mcp.results\` |

So without a filter that reads results a tool that fails is seen by its HTTP status alone.

**Over OTLP** all of them go to a collector, where [otel](../plugins/otel/README.md#metrics) is in a chain and \`OTEL_METRICS_EXPORTER\` does not say \`none\`.
${catalogues.map(section).join('')}
## Of the process

From prom-client, at a gateway that was given no registry; these are those of Linux.

| name | type | meaning |
|---|---|---|
${await processTable()}
## Of your own filters

A filter takes metrics from \`ctx.metrics\` and they stand on the same page: [Writing a filter](writing-a-plugin.md#metrics).
`

const skip = process.platform !== 'linux' && 'prom-client has other metrics of a process here'

t.test('docs/metrics.md says what the catalogues say', { skip }, async t => {
  // GOLDEN=write after a change of a catalogue.
  const text = await document()
  if (process.env['GOLDEN'] === 'write') writeFileSync(file, text)
  t.equal(readFileSync(file, 'utf8'), text)
})

t.test(
  'every metric that the sources or documents name stands in one catalogue, and is called as Prometheus advises',
  async t => {
    const declared = catalogues.flatMap(([, metrics]) => Object.values<CatalogueEntry>(metrics))
    const names = new Set(declared.map(({ name }) => name))
    t.equal(names.size, declared.length, 'no metric stands in two')
    for (const { name, type, unit, buckets, labels } of declared) {
      t.match(name, /^(?:sluice|mcp)_[a-z_]+$/)
      t.equal(name.endsWith('_total'), type === 'counter', `${name} ends with _total if it counts`)
      if (unit.startsWith('seconds')) t.match(name, /_seconds$/)
      t.equal(buckets !== undefined, type === 'histogram')
      for (const label of Object.keys(labels)) t.match(label, /^[a-z][a-z_]*$/, name)
    }
    const files = ['packages/*/src/**/*.ts', 'plugins/*/src/**/*.ts', '{docs,plugins,packages}/**/*.md', '*.md']
    for (const source of globSync(files, { cwd: root, exclude: path => path.includes('node_modules') })) {
      for (const [name] of readFileSync(join(root, source), 'utf8').matchAll(
        /\b(?:sluice_[a-z]+_[a-z_]+|mcp_server_[a-z_]+)\b/g
      )) {
        t.ok(names.has(name.replace(/_(?:bucket|sum|count)$/, '')), `${source}: ${name}`)
      }
    }
  }
)

/** The page of a gateway that has recorded something of everything. */
const fullPage = async (t: Test): Promise<string> => {
  variables(t, 'OTEL_', { OTEL_EXPORTER_OTLP_ENDPOINT: (await OtlpReceiver.start(t)).url })
  const folder = t.testdir({ 'revoked.json': '{ "revoked": [] }' })
  const { mcp, entra, admin } = await contoso(t, {
    filters: [
      { otel: {} },
      { audit: { file: join(folder, 'audit.jsonl') } },
      { revocation: { file: join(folder, 'revoked.json') } }
    ],
    routeFilters: [{ authz: { rules: [{ allow: 'true' }] } }, { 'rate-limit': { by: 'tool', limit: 9, per: '1m' } }]
  })
  const headers = {
    authorization: `Bearer ${entra.issueToken({ scopes: ['mcp_access'] })}`,
    'content-type': 'application/json'
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } })
  await (await fetch(mcp, { method: 'POST', headers, body })).text()
  await (await fetch(mcp, { method: 'POST' })).text()
  return (await fetch(`${admin}/metrics`)).text()
}

t.test('a gateway shows them as they are declared, and no others of the house', async t => {
  const page = await fullPage(t)
  const declared = catalogues.flatMap(([, metrics]) => Object.values<CatalogueEntry>(metrics))
  for (const { name, help, type, labels } of declared) {
    t.match(page, `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)
    const suffix = type === 'histogram' ? '_count' : ''
    const sample = Array.from(samplesOf(page).keys()).find(key => new RegExp(`^${name}${suffix}(?:\\{|$)`).test(key))
    // Nothing of the upstream has failed, and nobody's time is over.
    if (['sluice_upstream_errors_total', 'sluice_expired_total'].includes(name)) continue
    // This one has one thread; what several show is in workers/.
    if (name.startsWith('sluice_worker')) continue
    t.ok(sample, name)
    t.strictSame(
      Array.from(sample!.matchAll(/([a-z_]+)="/g), ([, label]) => label),
      Object.keys(labels),
      name
    )
  }
  const shown = Array.from(page.matchAll(/^# TYPE ((?!process_|nodejs_)\S+)/gm), ([, name]) => name)
  t.strictSame(new Set(shown), new Set(declared.map(({ name }) => name)))
})

t.test('promtool finds nothing to blame in them', { skip: noPromtool }, async t => {
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await fullPage(t), encoding: 'utf8' })
  const blamed = (stdout + stderr).split('\n').filter(line => line !== '' && !/^(?:process|nodejs)_/.test(line))
  t.strictSame(blamed, [])
})
