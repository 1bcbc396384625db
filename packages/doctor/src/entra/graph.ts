import { isLoopback } from '@sluice/plugin-api'
import type { Reading } from '../reading.ts'
import type { ServerMetadata } from './authorization-server.ts'
import { objectOf, type Answer, type Read } from './read.ts'
import { readRegistration, readServicePrincipal, type Registration, type ServicePrincipal } from './registration.ts'

/** Microsoft Graph of every cloud: a token is sent nowhere else, whatever metadata says. */
const hosts = new Set([
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn'
])

/**
 * Where Microsoft Graph of a cloud is, by the metadata of a tenant: an origin. Plain http only where the metadata itself came
 * from this machine, from an emulator.
 *
 * @param metadataUrl - Where the metadata was read.
 * @throws Error for a host that is not Microsoft's
 */
export const graphOrigin = (
  { msgraph_host: host = 'graph.microsoft.com' }: ServerMetadata,
  metadataUrl: string
): string => {
  if (hosts.has(host)) return `https://${host}`
  const from = new URL(metadataUrl)
  const emulated = `http://${host}`
  const isLocal = URL.canParse(emulated) && new URL(emulated).host === host && isLoopback(new URL(emulated).hostname)
  if (isLocal && from.protocol === 'http:' && isLoopback(from.hostname)) return emulated
  throw new Error(`${host} is no Microsoft Graph that is known here`)
}

/** What the registration of an API and its service principal say. */
export interface ReadApplication {
  readonly registration: Reading<Registration>
  readonly servicePrincipal: Reading<ServicePrincipal | null>
}

/** Reads both through Microsoft Graph, with a token that has Application.Read.All. It goes nowhere else, and is never shown. */
export const readApplication = async (
  graph: string,
  appId: string,
  token: string,
  read: Read
): Promise<ReadApplication> => {
  const get = (collection: string): Promise<Answer> =>
    read(`${graph}/v1.0/${collection}(appId='${encodeURIComponent(appId)}')`, { authorization: `Bearer ${token}` })
  try {
    const [registered, principal] = await Promise.all([get('applications'), get('servicePrincipals')])
    return {
      registration: registered.status === 200 ? registrationIn(registered) : { missing: refusal(registered, appId) },
      servicePrincipal: principalIn(principal, appId)
    }
  } catch (error) {
    return {
      registration: { missing: (error as Error).message },
      servicePrincipal: { missing: (error as Error).message }
    }
  }
}

const registrationIn = (answer: Answer): Reading<Registration> => {
  try {
    return { value: readRegistration(objectOf(answer)) }
  } catch (error) {
    return { missing: (error as Error).message }
  }
}

const principalIn = (answer: Answer, appId: string): Reading<ServicePrincipal | null> => {
  if (answer.status === 404) return { value: null }
  return answer.status === 200 ? { value: readServicePrincipal(objectOf(answer)) } : { missing: refusal(answer, appId) }
}

const refusal = ({ status }: Answer, appId: string): string => {
  if (status === 401) return 'Microsoft Graph does not take the token (401): get a new one'
  if (status === 403) return 'the token may not read applications (403): it needs Application.Read.All'
  if (status === 404) return `this tenant has no app registration ${appId}`
  return `Microsoft Graph answered ${status}`
}
