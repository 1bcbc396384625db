import { randomUUID } from 'node:crypto'
import type { Emulation } from '../emulation.ts'
import { type Answer, jsonAnswer } from '../http/answer.ts'
import type { Received } from '../http/received.ts'
import { readGraphCaller } from './graph-caller.ts'
import { answerGraphError, GraphError } from './graph-error.ts'
import { getMemberObjects, type MembershipTarget } from './member-objects.ts'
import { type ApplicationTarget, readApplication } from './read-application.ts'

/** Where Microsoft Graph is found below the authority. */
export const graphPath = '/v1.0'

const context = 'https://graph.microsoft.com/v1.0/$metadata#'

const wrongMethod = (): GraphError =>
  new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')

const findTarget = (path: string): MembershipTarget => {
  const [, me, collection, id = ''] =
    /^\/v1\.0\/(?:(me)|(users|servicePrincipals|directoryObjects)\/([^/]+))\/(?:microsoft\.graph\.)?getMemberObjects$/.exec(
      path
    ) ?? []
  if (me !== undefined) return { collection: 'me', id: '' }
  if (collection === 'users' || collection === 'servicePrincipals' || collection === 'directoryObjects') {
    return { collection, id: decodeId(id) }
  }
  throw new GraphError(400, 'BadRequest', `Resource not found for the segment '${path.split('/')[2] ?? ''}'.`)
}

const decodeId = (id: string): string => {
  try {
    return decodeURIComponent(id)
  } catch {
    throw new GraphError(400, 'BadRequest', 'The request URI is not valid.')
  }
}

const answerMembership = (emulation: Emulation, { method, path, headers, body }: Received): Answer => {
  const caller = readGraphCaller(emulation, headers.authorization)
  const target = findTarget(path)
  if (method !== 'POST') throw wrongMethod()
  const value = getMemberObjects(caller, target, body)
  const answer = { '@odata.context': `${context}Collection(Edm.String)`, value }
  return jsonAnswer(200, answer, { 'request-id': randomUUID() })
}

const findApplicationTarget = (path: string): ApplicationTarget | undefined => {
  const [, collection, appId = ''] = /^\/v1\.0\/(applications|servicePrincipals)\(appId='([^'/]+)'\)$/.exec(path) ?? []
  return collection === 'applications' || collection === 'servicePrincipals' ? { collection, appId } : undefined
}

const answerApplication = (
  emulation: Emulation,
  target: ApplicationTarget,
  { method, headers, query }: Received
): Answer => {
  const caller = readGraphCaller(emulation, headers.authorization)
  if (method !== 'GET') throw wrongMethod()
  const answer = {
    '@odata.context': `${context}${target.collection}/$entity`,
    ...readApplication(caller, target, query)
  }
  return jsonAnswer(200, answer, { 'request-id': randomUUID() })
}

const challenge = (authority: string): string =>
  `Bearer realm="", authorization_uri="${authority}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`

/**
 * Answers `/v1.0`: the parts of Microsoft Graph that resolve a group overage, and that read an app registration.
 *
 * @param retryAfter - Seconds to wait, while requests are throttled.
 */
export const answerGraph = (emulation: Emulation, retryAfter: number | undefined, received: Received): Answer => {
  const now = emulation.now()
  if (retryAfter !== undefined) {
    const error = new GraphError(429, 'TooManyRequests', 'Too many requests.')
    return answerGraphError(error, received, now, { 'retry-after': String(retryAfter) })
  }
  try {
    const application = findApplicationTarget(received.path)
    return application ? answerApplication(emulation, application, received) : answerMembership(emulation, received)
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    const more = error.status === 401 ? { 'www-authenticate': challenge(emulation.endpoints.authority) } : {}
    return answerGraphError(error, received, now, more)
  }
}
