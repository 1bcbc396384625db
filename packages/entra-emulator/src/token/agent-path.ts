import type { Application } from '../directory/directory.ts'
import { tokenExchange } from '../directory/first-party.ts'
import { EntraError } from '../entra-error.ts'
import type { TokenRequest } from './token-request.ts'

/** The bytes of a GUID as .NET orders them: the first three parts are little-endian. */
const guidBytes = (guid: string): Buffer => {
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-')
  const reversed = [a, b, c].map(part => Buffer.from(part, 'hex').toReversed())
  return Buffer.concat([...reversed, Buffer.from(d + e, 'hex')].map(part => Uint8Array.from(part)))
}

const encodeGuid = (guid: string): string => guidBytes(guid).toString('base64url')

/** The `sub` of the token with which a blueprint lets one of its agent identities act. */
export const agentSubject = (tenantId: string, blueprintId: string, agentId: string): string =>
  `/eid1/c/pub/t/${encodeGuid(tenantId)}/a/${encodeGuid(blueprintId)}/${agentId}`

/**
 * Reads `fmi_path`, with which a blueprint asks for a token for one of its agent identities, and gives that token's
 * `sub`; `undefined` where the parameter is absent.
 *
 * @throws EntraError 9002313 if the client is no blueprint, the path none of its children, or the resource another.
 */
export const readAgentPath = (
  { tenant, client, parameters }: TokenRequest,
  resource: Application
): string | undefined => {
  if (!parameters.has('fmi_path')) return undefined
  const child = tenant.findClient(parameters.get('fmi_path') ?? '')
  const isOwn = child?.kind === 'agentIdentity' && child.agentIdentityBlueprintId === client.clientId
  if (!isOwn || resource !== tokenExchange) throw new EntraError(9002313)
  return agentSubject(tenant.tenantId, client.clientId, child.clientId)
}
