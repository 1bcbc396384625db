/**
 * Whether a host name, as `URL` spells it, can only be this machine: there plain `http` is no risk. `localhost`,
 * `127.0.0.0/8` and `[::1]` (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3); other names are not
 * looked up.
 */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
