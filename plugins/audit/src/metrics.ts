/** Every metric of audit. */
export const metrics = {
  records: {
    name: 'sluice_audit_records_total',
    type: 'counter',
    unit: 'records',
    help: 'Records that were added to the audit trail, by type.',
    labels: { type: '`decision`, `outcome`, `summary`, `checkpoint`' },
    use: 'How fast the trail grows.'
  },
  lost: {
    name: 'sluice_audit_lost_total',
    type: 'counter',
    unit: 'records',
    help: 'Records that could not be kept while the trail could not be written.',
    labels: {},
    use: 'Anything but 0 is a hole in the trail; a record in it says how large.'
  },
  writable: {
    name: 'sluice_audit_writable',
    type: 'gauge',
    unit: '0 or 1',
    help: '1 while the trail can be written, 0 from the first failure to the next success.',
    labels: {},
    use: 'An alert: with `onFull: refuse` nothing is served at 0.'
  }
} as const
