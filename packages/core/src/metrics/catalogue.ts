import type { Metrics } from '@sluice/plugin-api'

/** One row of the catalogue: what a metric is, and what for. */
export interface CatalogueEntry {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly help: string
  /** Each label, and the values that it has. */
  readonly labels: Readonly<Record<string, string>>
  /** Upper bounds in the unit, of a histogram; ascending. */
  readonly buckets?: readonly number[]
  /** The question that it answers. */
  readonly use: string
}

const route = '`routes[].name`, or `-` where no route matched'

/** Every metric of the core's own. A metric never gets another meaning, nor other labels. */
export const catalogue = {
  build: {
    name: 'sluice_build_info',
    type: 'gauge',
    unit: '',
    help: 'Always 1, with what runs in the labels.',
    labels: { version: 'version of `@sluice/core`', node: 'version of Node' },
    use: 'Which version each replica runs.'
  },
  requests: {
    name: 'sluice_requests_total',
    type: 'counter',
    unit: 'requests',
    help: 'Requests that have ended.',
    labels: {
      route,
      method: '`GET`, `HEAD`, `POST`, `DELETE`, `OPTIONS`, `PUT`, `PATCH`, else `other`',
      status: 'HTTP status that the client got; `0` if it got none'
    },
    use: 'Traffic, and the share of it that fails.'
  },
  openRequests: {
    name: 'sluice_open_requests',
    type: 'gauge',
    unit: 'requests',
    help: 'Requests that are under way, open streams among them.',
    labels: { route },
    use: 'Whether requests pile up, for example before an upstream that hangs.'
  },
  duration: {
    name: 'sluice_request_duration_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'From the request head to the last byte of the answer.',
    labels: { route },
    // From a cached answer to the longest tool that still answers in one piece.
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    use: 'What clients wait. An event stream counts for as long as it was open.'
  },
  overhead: {
    name: 'sluice_gateway_overhead_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'What the gateway itself takes of a forwarded request: until it is sent, and from the head of the answer until that is written.',
    labels: { route },
    // The gateway's own share starts far below a millisecond.
    buckets: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1],
    use: 'Whether it is the gateway, its filters and their stores, or the upstream that is slow.'
  },
  openStreams: {
    name: 'sluice_open_streams',
    type: 'gauge',
    unit: 'streams',
    help: 'SSE answers that are open.',
    labels: { route },
    use: 'How many clients listen; what a restart will cut.'
  },
  expired: {
    name: 'sluice_expired_total',
    type: 'counter',
    unit: 'exchanges',
    help: 'Event streams, and calls, that were ended since their time was over, as that of the token under which they began.',
    labels: { route, kind: '`stream`, `call`' },
    use: 'Streams end so every hour or so, and their clients connect anew; calls that do run for longer than tokens live.'
  },
  upstreamErrors: {
    name: 'sluice_upstream_errors_total',
    type: 'counter',
    unit: 'requests',
    help: 'Requests that the upstream did not answer, or broke off, by error code.',
    labels: { route, code: 'one of `SLUICE_UPSTREAM_*`' },
    use: 'Whether the MCP server is there, and what it does wrong.'
  },
  decisions: {
    name: 'sluice_decisions_total',
    type: 'counter',
    unit: 'decisions',
    help: 'What filters and the gateway decided about requests, by code. One request may have several.',
    labels: {
      route,
      filter: 'identity of the entry that decided, `<route>/<id or name>` or `global/<id or name>`, or `core`',
      outcome:
        '`deny` for a refusal, `error` for a fault (5xx), `shadow-deny` for what would have been refused, `allow` for what a filter says it allowed',
      code: '[code](errors.md) of the refusal or fault, or a code of the filter'
    },
    use: 'What is refused, by which filter, and why. Who it was is in the log: `client` of the lines `refused`, an address.'
  },
  operations: {
    name: 'mcp_server_operation_duration_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'MCP requests and notifications, from when they were read until their result, or the end of the answer.',
    labels: {
      route,
      mcp_method_name: 'a method that a revision of MCP knows, else `other`',
      gen_ai_tool_name: 'tool of a `tools/call` that the upstream has listed, else `other`; empty for other methods',
      gen_ai_prompt_name:
        'prompt of a `prompts/get` that the upstream has listed, else `other`; empty for other methods',
      error_type:
        'empty if it went well or the caller was in the wrong; `tool_error`; a JSON-RPC error code; `refused` by a filter or the gateway; an HTTP status from 400 on; `client-gone`, `upstream-gone`, `gateway-error`, `drained`, `expired`; `unanswered`; else `_OTHER`',
      rpc_response_status_code:
        "JSON-RPC error code of the upstream's answer, `other` for one that is not in MCP; else empty"
    },
    // What OpenTelemetry's conventions for MCP advise.
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    use: 'Which tool is slow, and which one fails: where a filter reads messages, see above.'
  },
  reloadSuccessful: {
    name: 'sluice_config_last_reload_successful',
    type: 'gauge',
    unit: '',
    help: 'Whether the last attempt to load the configuration succeeded.',
    labels: {},
    use: 'Whether what is served is what the file says.'
  },
  reloadedAt: {
    name: 'sluice_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds since 1970',
    help: 'When the configuration that is served was loaded, in seconds since 1970.',
    labels: {},
    use: 'Whether a change has arrived at every replica.'
  },
  workers: {
    name: 'sluice_workers',
    type: 'gauge',
    unit: 'workers',
    help: 'Workers that serve, where `workers` is more than 1.',
    labels: {},
    use: 'Whether all serve that should.'
  },
  workerRestarts: {
    name: 'sluice_worker_restarts_total',
    type: 'counter',
    unit: 'workers',
    help: 'Workers that were begun in the place of one that had ended.',
    labels: {},
    use: 'Whether workers crash: the log says why. Above 0 something is wrong.'
  },
  workerUtilization: {
    name: 'sluice_worker_utilization_ratio',
    type: 'gauge',
    unit: '0 to 1',
    help: 'Share of the last 15 s in which the thread of a worker had something to do.',
    labels: { worker: 'number of the worker, from 1' },
    use: 'Whether the workers are at their limit: near 1 requests wait.'
  }
} as const satisfies Record<string, CatalogueEntry>

/** Names of the labels, in the order in which their values are given. */
export const labelsOf = ({ labels }: Pick<CatalogueEntry, 'labels'>): readonly string[] => Object.keys(labels)

/** Takes the names of the core for the core, before a filter can. @throws Error where a registry has one of them already */
export const declareAll = (metrics: Metrics): void => {
  for (const entry of Object.values<CatalogueEntry>(catalogue)) {
    const { name, type, help, buckets = [] } = entry
    if (type === 'histogram') metrics.histogram(name, help, buckets, labelsOf(entry))
    else metrics[type](name, help, labelsOf(entry))
  }
}
