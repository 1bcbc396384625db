import type { HeaderList, Reply } from '@sluice/plugin-api'
import { html } from './html.ts'
import { page } from './page.ts'

/**
 * Leads on by itself after a form. Not a redirect: Chromium holds every further one of it against `form-action` of the
 * page with the form, and nobody knows through which hosts a sign-in goes.
 */
export const continuePage = (url: string, fields: HeaderList): Reply =>
  page('One moment', html`<p><a href="${url}">Continue</a>, if nothing happens.</p>`, fields, url)
