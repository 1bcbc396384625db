import t from 'tap'
import { MetricRegistry } from '../../src/metrics/metric-registry.ts'
import { NONE, TOOL_ERROR } from '../../src/metrics/operation-failure.ts'
import { OperationMetrics } from '../../src/metrics/operation-metrics.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const search = { method: 'tools/call', target: 'search' }

t.test('each operation is counted for what it is, also where it is like the one before', async t => {
  const registry = new MetricRegistry()
  const operations = new OperationMetrics(registry.ownedBy({ name: 'r', labels: { route: 'r' }, log: silent }), 'r')
  const counted = async (): Promise<Record<string, string>> => {
    const { body } = await registry.page()
    const lines = body.matchAll(/^mcp_server_operation_duration_seconds_count\{(.*)\} (\d+)$/gm)
    return Object.fromEntries(
      Array.from(lines, ([, labels = '', count = '']) => [
        ['mcp_method_name', 'gen_ai_tool_name', 'error_type']
          .map(label => new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1])
          .join(' '),
        count
      ])
    )
  }
  operations.ended(search, NONE, 1)
  operations.ended({ ...search }, NONE, 1)
  operations.answered('tools/list', { tools: [{ name: 'search' }] })
  operations.ended(search, NONE, 1)
  operations.ended(search, NONE, 1)
  operations.ended(search, TOOL_ERROR, 1)
  operations.ended({ ...search, target: 'made-up' }, NONE, 1)
  operations.ended({ method: 'tools/list', target: undefined }, NONE, 1)
  operations.ended({ method: 'tools/made-up', target: undefined }, NONE, 1)
  t.strictSame(await counted(), {
    'tools/call other ': '3',
    'tools/call search ': '2',
    'tools/call search tool_error': '1',
    'tools/list  ': '1',
    'other  ': '1'
  })
})
