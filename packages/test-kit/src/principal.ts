import type { Principal } from '@sluice/plugin-api'

/** Makes the fact `principal`: a person who has signed in, unless it is told otherwise. */
export const fakePrincipal = (more: Partial<Principal> = {}): Principal => ({
  tenantId: '11111111-2222-4333-8444-555555555555',
  objectId: '55555555-6666-4777-8888-999999999999',
  clientId: '33333333-4444-4555-8666-777777777777',
  kind: 'user',
  name: 'Adele Vance',
  scopes: ['mcp_access'],
  roles: [],
  groups: [],
  expiresAt: 4_102_444_800,
  claims: {},
  ...more
})
