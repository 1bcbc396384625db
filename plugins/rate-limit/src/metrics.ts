/** Every metric of rate-limit. */
export const metrics = {
  decisions: {
    name: 'sluice_rate_limit_decisions_total',
    type: 'counter',
    unit: 'calls',
    help: 'Calls that were counted, by what the limit said: allowed, refused; or while the store was away: uncounted, store_away.',
    labels: {
      entry: 'identity of the entry, `<route>/<id or name>` or `global/<id or name>`',
      decision:
        '`allowed`; `refused`; while the store was away `uncounted` (let through, `onStoreError: allow`) or `store_away` (refused)'
    },
    use: 'Which limit refuses calls, how many, and whether the store is there.'
  }
} as const
