import { html, page } from './html.ts'

/** The page that takes the answer to the client by POST (OAuth 2.0 Form Post Response Mode); a button, since there are no scripts. */
export const formPostPage = (redirectUri: string, parameters: URLSearchParams): string => {
  const fields = [...parameters].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
  return page('Signed in', html`<form method="post" action="${redirectUri}">${fields}<button>Continue</button></form>`)
}
