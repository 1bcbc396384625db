import type { Claims } from '../claims.ts'
import type { RefusalCode } from '../codes.ts'
import { has, refuseAlgorithm, refuseExtensions, refuseKeyId } from '../token-header.ts'

const algorithms: ReadonlySet<string> = new Set(['RS256'])

/** Why no access token of Entra has this header. */
export const refuseHeader = (header: Claims): RefusalCode | undefined =>
  refuseAlgorithm(header, algorithms) ??
  refuseExtensions(header) ??
  refuseGraph(header) ??
  refuseType(header) ??
  refuseKeyId(header)

/** Graph hashes the nonce of its tokens before it signs: they verify for nobody else, by design. */
const refuseGraph = (header: Claims): RefusalCode | undefined =>
  has(header, 'nonce') ? 'SLUICE_AUTH_GRAPH_TOKEN' : undefined

const refuseType = ({ typ }: Claims): RefusalCode | undefined =>
  typ === undefined || (typeof typ === 'string' && /^jwt$/i.test(typ)) ? undefined : 'SLUICE_AUTH_TYPE_REFUSED'
