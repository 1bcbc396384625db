import { type Breakage, clean, fault, type Outcome, needs } from '../breakage.ts'
import { apiIdOf } from '../entra/patch.ts'
import type { Registration } from '../entra/registration.ts'
import { valueOf } from '../reading.ts'
import type { Setup } from '../setup.ts'

const everybody = 'everybody: the gateway answers 401 after a sign-in that worked'

/** The registration decides the version of tokens: their issuer, and the form of their audience. */
export const tokenVersion: Breakage = {
  id: 8,
  title: 'the token is not the one that was expected',
  codes: [],
  examine(setup) {
    const registration = valueOf(setup.registration)
    if (registration !== undefined) return examineAudiences(setup, registration)
    if (setup.audiences.some(audience => !audience.includes(':')))
      return needs('the app registration', setup.registration)
    return fault(
      `audiences has identifier URIs only (${setup.audiences.join(', ')}): version 2 tokens carry the client ID in aud`,
      everybody,
      {
        text: 'Name the client ID of the API, too.',
        configuration: `audiences: [<API client ID>, ${setup.audiences.join(', ')}]`
      }
    )
  }
}

const examineAudiences = (
  setup: Setup,
  { requestedAccessTokenVersion, identifierUris, appId }: Registration
): Outcome => {
  const accepted = new Set(setup.audiences.map(withoutSlash))
  // Version 1: as Entra pleases, the client ID or any identifier URI, with or without a slash.
  const possible = requestedAccessTokenVersion === 2 ? [appId] : [appId, ...identifierUris]
  const refused = possible.filter(audience => !accepted.has(withoutSlash(audience)))
  if (refused.length === 0) return clean
  const version = requestedAccessTokenVersion === 2 ? 2 : 1
  return fault(
    `tokens of this registration are version ${version}, their aud can be ${refused.join(' or ')}, and audiences has ${setup.audiences.join(', ')}`,
    everybody,
    {
      text: 'Name every form that aud can have.',
      configuration: `audiences: [${[...new Set([apiIdOf(setup), ...possible, ...setup.audiences])].join(', ')}]`
    }
  )
}

const withoutSlash = (audience: string): string => audience.toLowerCase().replace(/\/$/, '')
