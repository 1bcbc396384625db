/** Every metric of jwt-entra. */
export const metrics = {
  outcomes: {
    name: 'sluice_auth_outcomes_total',
    type: 'counter',
    unit: 'requests',
    help: 'Requests by how their authentication ended: allow, anonymous, or the code of the refusal.',
    labels: {
      route: '`routes[].name`, or `-` where no route matched',
      reason: '`allow`, `anonymous` (`mode: optional`), or one of `SLUICE_AUTH_*`'
    },
    use: 'Whether clients get in, and why not.'
  },
  keySetAge: {
    name: 'sluice_key_set_age_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Seconds since the signing keys of a tenant, or of another issuer, were fetched, as of at most 15 s ago.',
    labels: {
      tenant: 'tenant ID, or `issuer` of another provider',
      version: 'version of Entra tokens, `1.0` or `2.0`; empty for another provider'
    },
    use: 'Whether Entra ID can be reached: an hour at the most while it can, and after `maxStale` nobody gets in. NaN once no route uses the keys.'
  }
} as const
