import type { Logger } from '@sluice/plugin-api'
import { warnings, type WarningCode } from './codes.ts'
import type { PrmDocument } from './document.ts'

/** Logs what Entra or clients will stumble over, each with its code and the value it is about. */
export function warnOf(document: PrmDocument, publicUrl: string, signsInWithEntra: boolean, log: Logger): void {
  const { resource, authorization_servers, scopes_supported = [] } = document
  const warn = (code: WarningCode, value: string) =>
    log.warn({ code, value }, `${warnings[code].meaning} ${warnings[code].fix}`)
  for (const scope of scopes_supported) {
    if (isOfSignIn(scope)) warn('SLUICE_PRM_SCOPE_NOT_OF_RESOURCE', scope)
    else if (signsInWithEntra && !scope.startsWith(`${resource}/`)) warn('SLUICE_PRM_SCOPE_OUTSIDE_RESOURCE', scope)
  }
  if (resource.replace(/\/$/, '') !== publicUrl) warn('SLUICE_PRM_RESOURCE_OF_ANOTHER_URL', resource)
  if (new URL(resource).pathname === '/') warn('SLUICE_PRM_RESOURCE_WITHOUT_PATH', resource)
  else if (resource.endsWith('/')) warn('SLUICE_PRM_RESOURCE_TRAILING_SLASH', resource)
  for (const issuer of authorization_servers) {
    const { hostname, pathname } = new URL(issuer)
    const [, tenant = ''] = pathname.split('/')
    if (hostname.endsWith('.ciamlogin.com') && !hostname.startsWith(`${tenant}.`)) {
      warn('SLUICE_PRM_ISSUER_OF_EXTERNAL_ID', issuer)
    }
  }
}

/** Whether people sign in with Entra ID, whose rules for scopes and resources no other provider has. */
export const isEntra = ({ authorization_servers }: PrmDocument): boolean =>
  authorization_servers.some(issuer => ENTRA.test(new URL(issuer).hostname))

const ENTRA = /(?:^|\.)(?:microsoftonline\.(?:com|us|cn)|windows\.net|ciamlogin\.com)$/

const isOfSignIn = (scope: string): boolean =>
  ['openid', 'profile', 'email', 'offline_access', '.default'].includes(scope) || scope.endsWith('/.default')
