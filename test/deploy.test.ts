import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import type { CatalogueEntry } from '@sluice/core'
import { catalogues } from './support/metric-catalogues.ts'
import { noPromtool } from './support/prometheus.ts'
import { selectedBy } from './support/promql.ts'

const root = resolve(import.meta.dirname, '..')
const rulesFile = join(root, 'deploy/prometheus/rules.yaml')
const errors = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const { groups } = parse(readFileSync(rulesFile, 'utf8')) as { readonly groups: readonly { readonly rules: Rule[] }[] }
const rules = groups.flatMap(group => group.rules)
const dashboard = JSON.parse(readFileSync(join(root, 'deploy/grafana/sluice.json'), 'utf8')) as Dashboard

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: Record<string, string>
  readonly annotations: Record<string, string>
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[]
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] }
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

/** Labels that Prometheus puts on what it scrapes. */
const OF_PROMETHEUS = ['job', 'instance']

/** Every metric that may be asked for, with its labels. */
const known = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const metrics = new Map<string, readonly string[]>([['up', OF_PROMETHEUS]])
  for (const { name, type, labels } of catalogues.flatMap(([, declared]) => Object.values<CatalogueEntry>(declared))) {
    const all = [...Object.keys(labels), ...OF_PROMETHEUS]
    if (type !== 'histogram') metrics.set(name, all)
    else
      for (const suffix of ['_bucket', '_sum', '_count'])
        metrics.set(name + suffix, suffix === '_bucket' ? [...all, 'le'] : all)
  }
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const { name } of await registry.getMetricsAsJSON()) metrics.set(name, OF_PROMETHEUS)
  return metrics
}

/** Holds a query, and the labels that a text about its result names, against the catalogues. */
const checkQuery = (
  t: Test,
  where: string,
  query: string,
  texts: readonly string[],
  metrics: ReadonlyMap<string, readonly string[]>
): void => {
  const selected = selectedBy(query)
  t.ok(selected.length > 0, `${where} asks for something`)
  for (const { metric, labels } of selected) {
    const has = metrics.get(metric)
    t.ok(has, `${where}: there is a metric ${metric}`)
    for (const label of labels) t.ok(has?.includes(label), `${where}: ${metric} has a label ${label}`)
  }
  const named = texts.flatMap(text =>
    Array.from(text.matchAll(/\{\{[^}]*?(?:\$labels\.)?\b([a-z_]+) *\}\}/g), ([, label]) => label!)
  )
  const available = new Set(selected.flatMap(({ metric }) => metrics.get(metric) ?? []))
  for (const label of named) {
    if (!['value', 'humanize', 'else', 'end', 'humanizePercentage', 'humanizeDuration'].includes(label))
      t.ok(available.has(label), `${where}: its text may name ${label}`)
  }
  for (const [code] of [query, ...texts].join('\n').matchAll(/SLUICE_[A-Z_]+/g))
    t.match(errors, `\`${code}`, `${where}: there is a code ${code}`)
}

const skip = process.platform !== 'linux' && 'prom-client has other metrics of a process here'

t.test('the alerts ask for what there is, and say what to do', { skip }, async t => {
  const metrics = await known()
  const labelNames = new Set(Array.from(metrics.values()).flat())
  t.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert, expr, labels, annotations } of rules) {
    checkQuery(t, alert, expr, Object.values(annotations), metrics)
    t.match(labels['severity'], /^(?:page|ticket)$/, alert)
    for (const part of ['summary', 'description', 'runbook']) t.match(annotations[part], /[.]$/, `${alert}: ${part}`)
    for (const text of Object.values(annotations)) {
      for (const [name] of text.matchAll(/\b(?:sluice|mcp|process|nodejs)_[a-z_]+\b/g))
        t.ok(metrics.has(name) || labelNames.has(name), `${alert}: ${name}`)
    }
  }
})

t.test('each alert has a case in which it fires', async t => {
  const cases = readFileSync(join(root, 'deploy/prometheus/rules.test.yaml'), 'utf8')
  for (const { alert } of rules) t.match(cases, new RegExp(`alertname(?:: |=")${alert}\\b`), alert)
})

t.test('promtool takes the alerts, and they fire when they should', { skip: noPromtool }, async t => {
  for (const args of [
    ['check', 'rules', rulesFile],
    ['test', 'rules', join(root, 'deploy/prometheus/rules.test.yaml')]
  ]) {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' })
    t.equal(status, 0, stdout + stderr)
  }
})

t.test('what shows refusals leaves out what shuts nobody out', async t => {
  const readme = readFileSync(join(root, 'deploy/README.md'), 'utf8')
  const inPanels = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  const queries = [...inPanels, ...rules.map(({ expr }) => expr), ...readme.split('\n')]
  const refusals = queries.filter(expr => expr.includes('outcome="deny"'))
  t.ok(refusals.length >= 3)
  // Sign-ins begin with the one, and streams end with the other.
  for (const expr of refusals) t.match(expr, 'code!~"SLUICE_AUTH_TOKEN_(MISSING|OUTLIVED)"')
})

t.test('an alert about a share counts from some traffic on', async t => {
  for (const { alert, expr } of rules.filter(({ expr }) => /rate\([^]*\/ sum|histogram_quantile/.test(expr)))
    t.match(expr, /\n *and sum by \(.*\) \(rate\(.*\) > 0\.0\d$/m, alert)
})

t.test('the dashboard asks for what there is', { skip }, async t => {
  const metrics = await known()
  const variables = dashboard.templating.list
  const asQuery = (text: string): string =>
    text.replaceAll('$__rate_interval', '5m').replace(/^label_values\((.*), (\w+)\)$/, 'sum by ($2) ($1)')
  const targets = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(target => ({ title, ...target })))
  t.ok(targets.length > 30)
  for (const { title, expr, legendFormat = '' } of targets) {
    checkQuery(t, title, asQuery(expr), [legendFormat], metrics)
    if (expr.includes('rate(')) t.match(expr, '[$__rate_interval]', title)
  }
  for (const { name, definition } of variables)
    if (definition !== undefined) checkQuery(t, name, asQuery(definition), [], metrics)
  for (const { expr } of dashboard.annotations.list)
    if (expr !== undefined) checkQuery(t, 'annotation', asQuery(expr), [], metrics)
  const used = JSON.stringify(dashboard.panels)
  t.strictSame(
    new Set(Array.from(used.matchAll(/\$\{?(?!__)(\w+)/g), ([, name]) => name)),
    new Set(variables.map(({ name }) => name)),
    'every variable is there, and used'
  )
})

t.test('the queries that deploy/README.md gives ask for what there is', { skip }, async t => {
  const readme = readFileSync(join(root, 'deploy/README.md'), 'utf8')
  const queries = Array.from(readme.matchAll(/(?<=```promql\n)[^]*?(?=```)/g), ([query]) => query)
  t.equal(queries.length, 3)
  const metrics = await known()
  for (const query of queries) checkQuery(t, query, query, [], metrics)
})

t.test('the dashboard shows every metric of the gateway, in panels of their own', async t => {
  const text = JSON.stringify(dashboard)
  for (const { name } of catalogues.flatMap(([, declared]) => Object.values<CatalogueEntry>(declared)))
    t.match(text, name)
  const { panels } = dashboard
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  for (const panel of panels) {
    if (panel.type !== 'row') t.equal(panel.datasource?.uid, '${datasource}', panel.title)
    const { x, y, w, h } = panel.gridPos
    t.ok(x + w <= 24)
    for (const { gridPos: other, id, title } of panels) {
      const apart = x + w <= other.x || other.x + other.w <= x || y + h <= other.y || other.y + other.h <= y
      if (id !== panel.id && !apart) t.fail(`${panel.title} covers ${title}`)
    }
  }
})
