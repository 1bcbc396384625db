/** Every metric of otel. */
export const metrics = {
  spans: {
    name: 'sluice_otel_spans_total',
    type: 'counter',
    unit: 'spans',
    help: 'Spans, by what became of them: exported; failed, as the collector did not take them; dropped, as the queue was full.',
    labels: { outcome: '`exported`, `failed`, `dropped`' },
    use: 'Whether traces are whole, and whether the collector keeps up.'
  },
  failures: {
    name: 'sluice_otel_export_failures_total',
    type: 'counter',
    unit: 'exports',
    help: 'Exports that a collector did not take.',
    labels: { signal: '`traces`, `metrics`' },
    use: 'Whether the collector is there.'
  }
} as const
