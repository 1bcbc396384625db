/** The public origin of a route, taken apart once. */
export interface PublicOrigin {
  readonly scheme: string
  readonly host: string
  /** `host=…;proto=…` of a `Forwarded` element. */
  readonly forwarded: string
}

/** Takes a public URL apart. */
export const publicOriginOf = (publicUrl: string): PublicOrigin => {
  const { protocol, host } = new URL(publicUrl)
  const scheme = protocol.slice(0, -1)
  return { scheme, host, forwarded: `host="${host}";proto=${scheme}` }
}
