import type { Logger } from '@sluice/plugin-api'
import { warnings, type WarningCode } from './codes.ts'
import type { Settings } from './settings.ts'

/** Logs what is allowed and lets in more than it seems to, each with its code. */
export function warnOf(settings: Settings, log: Logger): void {
  const warn = (code: WarningCode) => log.warn({ code }, `${warnings[code].meaning} ${warnings[code].fix}`)
  if (settings.provider === 'openid' && settings.allowWithoutScopes && settings.tokenType === 'any') {
    warn('SLUICE_AUTH_ID_TOKENS_PASS')
  }
}
