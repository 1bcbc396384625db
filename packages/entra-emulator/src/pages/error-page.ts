import type { ErrorBody } from '../entra-error.ts'
import { html, page } from './html.ts'

/** The page for errors that must not be redirected: the client or its redirect URI cannot be trusted. */
export const errorPage = ({ error, error_description }: ErrorBody): string => {
  const lines = error_description.split('\r\n').map(line => html`<p>${line}</p>`)
  return page(
    'Sorry, but we’re having trouble signing you in.',
    html`${lines}
      <p>Error: <code>${error}</code></p>`
  )
}
