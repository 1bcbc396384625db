import { facadeExplanations, type Mending } from '@sluice/aadsts'
import { OAuthFault } from '../oauth-fault.ts'

/** What Entra said: an error code of OAuth, and its own number. Nothing else of it goes on: it can name people. */
export interface EntraError {
  readonly error: string
  readonly aadsts: number | undefined
}

/** Reads an error of Entra, of the token endpoint or of a callback. */
export const readEntraError = (error: unknown, description: unknown): EntraError => {
  const [, number] = /^AADSTS(\d{1,9})\b/.exec(typeof description === 'string' ? description : '') ?? []
  return { error: typeof error === 'string' ? error : '', aadsts: number === undefined ? undefined : Number(number) }
}

/** The error that a client gets for one of Entra's. @param leg Where it came: clients read other codes at each */
export const faultOf = (said: EntraError, leg: 'authorize' | 'token'): OAuthFault => {
  const mending = mendingOf(said)
  const text = textOf(said)
  if (mending === 'nobody') return new OAuthFault('SLUICE_OAUTH_ENTRA_AWAY', text)
  if (mending === 'operator') return new OAuthFault('SLUICE_OAUTH_ENTRA_SETUP', text)
  return new OAuthFault('SLUICE_OAUTH_ENTRA_REFUSED', text, leg === 'token' ? 'invalid_grant' : deniedAs(said))
}

/** What is said of it, to people and in the log. */
export const textOf = ({ error, aadsts }: EntraError): string => {
  if (aadsts === undefined) return `Entra refused (${/^[a-z_]{1,40}$/.test(error) ? error : 'without a reason'}).`
  const known = facadeExplanations[aadsts]?.text
  return `AADSTS${aadsts}: ${known ?? `Entra refused; see https://login.microsoftonline.com/error?code=${aadsts}`}`
}

const mendingOf = ({ error, aadsts }: EntraError): Mending => {
  const known = aadsts === undefined ? undefined : facadeExplanations[aadsts]?.mending
  if (known !== undefined) return known
  if (error === 'temporarily_unavailable' || error === 'server_error') return 'nobody'
  // A client that got these would throw its own registration away.
  return ['invalid_client', 'unauthorized_client', 'invalid_scope', 'invalid_target', 'invalid_resource'].includes(
    error
  )
    ? 'operator'
    : 'person'
}

/** Those of OpenID Connect Core section 3.1.2.6 tell a client that asked with prompt=none what is missing. */
const deniedAs = ({ error }: EntraError): string =>
  ['login_required', 'interaction_required', 'consent_required'].includes(error) ? error : 'access_denied'
