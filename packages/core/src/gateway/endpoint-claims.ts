import type { Endpoint, RouteInfo } from '@sluice/plugin-api'
import { isOf } from '../config/chain-entries.ts'
import { configError } from '../config/issue.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { MadeFilter } from './filter-maker.ts'

/** A filter's wish to answer a path itself. */
export interface EndpointClaim {
  readonly endpoint: Endpoint
  /** The chain of the route, and the place of the owner in it. */
  readonly filters: readonly MadeFilter[]
  readonly at: number
  readonly route: RouteInfo
  readonly host: string | undefined
}

/**
 * Decides who owns which path: one owner a path and host; a path claimed `whenSole` exists only if nobody else claims it
 * on that host, where a route without host is on every host.
 *
 * @throws ConfigError naming both owners of one path, or the owner that stands behind a provider of `principal`
 */
export const claimEndpoints = (claims: readonly EndpointClaim[], config: LoadedConfig): readonly EndpointClaim[] => {
  for (const claim of claims) {
    refuseBehindAuthentication(claim, config)
    refuseUncovered(claim, config)
  }
  const ofPath = Map.groupBy(claims, ({ endpoint }) => endpoint.path)
  return Array.from(ofPath.values()).flatMap(sharing => {
    const places = Map.groupBy(sharing, ({ host = '' }) => host)
    const owners = Array.from(
      places.values(),
      rivals => firmOwner(rivals, config) ?? soleOwner(rivals, sharing, places)
    )
    return owners.filter(claim => claim !== undefined)
  })
}

/** Who claims the place whatever the others do. */
const firmOwner = (rivals: readonly EndpointClaim[], config: LoadedConfig): EndpointClaim | undefined => {
  const [first, ...others] = rivals.filter(({ endpoint }) => endpoint.whenSole !== true)
  const other = others.find(claim => ownerOf(claim).entry !== ownerOf(first!).entry)
  if (first === undefined || other === undefined) return first
  throw fault(
    other,
    config,
    `${ownerOf(other).entry} and ${ownerOf(first).entry} both answer ${first.endpoint.path} themselves`,
    'Give their routes different paths or hosts.'
  )
}

/** `sharing`: all claims of the path, also by host. Counted, not searched: there may be thousands of hosts. */
const soleOwner = (
  rivals: readonly EndpointClaim[],
  sharing: readonly EndpointClaim[],
  places: ReadonlyMap<string, readonly EndpointClaim[]>
): EndpointClaim | undefined => {
  const [claim] = rivals
  const meant = claim!.host === undefined ? sharing.length : rivals.length + (places.get('')?.length ?? 0)
  return meant === 1 ? claim : undefined
}

/** A client that has no token yet must reach it. */
const refuseBehindAuthentication = (claim: EndpointClaim, config: LoadedConfig): void => {
  const provider = claim.filters
    .slice(0, claim.at)
    .find(({ settings }) => settings.plugin.provides?.includes('principal') === true)
  if (provider === undefined) return
  const { entry } = ownerOf(claim)
  throw fault(
    claim,
    config,
    `${entry} answers ${claim.endpoint.path} itself, but stands behind ${provider.entry}, which would ask for a token there`,
    `Put ${entry} in front of ${provider.entry}.`
  )
}

/** What every chain has must cover endpoints, too. */
const refuseUncovered = (claim: EndpointClaim, config: LoadedConfig): void => {
  const late = claim.filters
    .slice(claim.at + 1)
    .find(({ settings }) => config.settings.inEveryChain.some(isOf(settings.plugin.name)))
  if (late === undefined) return
  const { entry } = ownerOf(claim)
  throw fault(
    claim,
    config,
    `${entry} answers ${claim.endpoint.path} itself, and stands in front of ${late.entry}, which would not see that`,
    `Put ${late.settings.name} in front of ${entry}.`
  )
}

const fault = (claim: EndpointClaim, { source }: LoadedConfig, message: string, advice: string): Error =>
  configError(source, [{ path: ownerOf(claim).settings.path, atKey: true, message, advice }])

const ownerOf = ({ filters, at }: EndpointClaim): MadeFilter => filters[at]!
