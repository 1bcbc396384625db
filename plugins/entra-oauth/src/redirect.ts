import type { HeaderList, Reply } from '@sluice/plugin-api'

/** Sends the browser elsewhere, and tells that place nothing of the address that it comes from. */
export const redirect = (location: string, fields: HeaderList = []): Reply => ({
  status: 302,
  headers: [['location', location], ['cache-control', 'no-store'], ['referrer-policy', 'no-referrer'], ...fields]
})
