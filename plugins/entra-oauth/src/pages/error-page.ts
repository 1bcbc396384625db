import type { Reply } from '@sluice/plugin-api'
import { refusals } from '../codes.ts'
import type { OAuthFault } from '../oauth-fault.ts'
import { html } from './html.ts'
import { ALONE, page } from './page.ts'

/** What a person sees where nothing may be redirected: the client or its redirect URI cannot be trusted. */
export const errorPage = (fault: OAuthFault, requestId: string): Reply => {
  const { status, meaning, fix } = refusals[fault.code]
  const detail = fault.message === `${meaning} ${fix}` ? '' : html`<p>${fault.message}</p>`
  const content = html`<p>${meaning}</p>
    ${detail}
    <p>${fix}</p>
    <dl>
      <dt>For your administrator</dt>
      <dd>${fault.code}, request ${requestId}</dd>
    </dl>`
  return { ...page('This sign-in cannot go on', content, ALONE), status, code: fault.code, reason: fault.message }
}
