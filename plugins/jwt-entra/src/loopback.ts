/** Whether a URL's host can only be this machine. Names other than `localhost` are not looked up. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname)
}

/** Whether nobody on the way can change what is fetched from a URL: https, or http that stays on this machine. */
export const isHttpsOrLoopback = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
