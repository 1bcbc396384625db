import { isLoopback } from '@sluice/plugin-api'

/** Whether nobody on the way can change what is fetched from a URL: https, or http that stays on this machine. */
export const isHttpsOrLoopback = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
