const labels = { entry: 'identity of the entry, `<route>/<id or name>` or `global/<id or name>`' }

/** Every metric of revocation. */
export const metrics = {
  loaded: {
    name: 'sluice_revocation_last_load_successful',
    type: 'gauge',
    unit: '0 or 1',
    help: 'Whether the list of revocations was taken over when it was read last.',
    labels,
    use: 'At 0 an older list is in effect than the file has: the log says what is wrong with the file, and where.'
  },
  entries: {
    name: 'sluice_revocation_entries',
    type: 'gauge',
    unit: 'entries',
    help: 'Entries of the list of revocations that is in effect.',
    labels,
    use: 'Whether every replica has the list that was given out.'
  },
  refused: {
    name: 'sluice_revocation_refused_total',
    type: 'counter',
    unit: 'requests',
    help: 'Requests that were refused since their token is revoked.',
    labels,
    use: 'Whether somebody who is revoked goes on trying.'
  },
  ended: {
    name: 'sluice_revocation_ended_total',
    type: 'counter',
    unit: 'requests',
    help: 'Requests and streams under way that a revocation ended.',
    labels,
    use: 'What a revocation cut off.'
  }
} as const
