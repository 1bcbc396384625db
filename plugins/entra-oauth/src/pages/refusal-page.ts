import type { RefusalForm, RefusalNotice } from '@sluice/plugin-api'
import { html } from './html.ts'
import { ALONE, page } from './page.ts'

/** What a person sees where the request did not reach the authorization server: too many of them, a filter's refusal. */
export const refusalPage = ({ code, message, requestId }: RefusalNotice): RefusalForm => {
  const content = html`<p>${message}</p>
    <p>Wait a minute, and start again from the app.</p>
    <dl>
      <dt>For your administrator</dt>
      <dd>${code}, request ${requestId}</dd>
    </dl>`
  return page('This sign-in cannot go on', content, ALONE)
}
