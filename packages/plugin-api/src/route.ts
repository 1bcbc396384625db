/** The route that an exchange belongs to, as filters see it. */
export interface RouteInfo {
  /** Its name in the configuration; `-` where no route matched. */
  readonly name: string
  /** The path as configured, without the `/*` of a prefix. */
  readonly path: string
  /** The URL at which clients reach the route: public origin and path, without the `/*` of a prefix and without a trailing slash. */
  readonly publicUrl: string
}
