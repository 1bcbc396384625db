import type { HeaderList, Reply } from '@sluice/plugin-api'
import type { Client } from '../clients/client.ts'
import { isLoopbackRedirect, redirectHost } from '../redirect-uri.ts'
import { bareName } from '../scopes.ts'
import { html, type Html } from './html.ts'
import { openerFields, page } from './page.ts'

/** What the page asks. */
export interface ConsentQuestion {
  readonly client: Client
  readonly redirect: string
  readonly scopes: readonly string[]
  /** Whether the client may also act while the person is away. */
  readonly offline: boolean
  /** The server that is to be used. */
  readonly server: string
  /** Whether the answer may be remembered. */
  readonly memorable: boolean
  /** Path that takes the answer. */
  readonly action: string
  /** The request, sealed for this browser. */
  readonly request: string
}

/** The page where a person allows a client, or not, before anything is asked of Entra (MCP security best practices, confused deputy). */
export const consentPage = (question: ConsentQuestion, fields: HeaderList): Reply => {
  const { client, redirect, scopes, offline, server, memorable, action, request } = question
  const permissions = scopes.map(scope => html`<li>${bareName(scope)}</li>`)
  return page(
    // A name that nobody has checked is no heading: it would speak for the page.
    `Allow ${client.trustedName ? client.name : 'an app'} to act for you?`,
    html`<p>An app wants to use ${server} in your name. If you allow it, you sign in with Microsoft next.</p>
      <dl>
        ${introduced(client)}
        <dt>Your sign-in is handed to</dt>
        <dd>${redirectHost(redirect)} <small>${redirect}</small></dd>
        <dt>It may use</dt>
        <dd>
          <ul>
            ${permissions}
          </ul>
        </dd>
        ${
          offline
            ? html`<dt>For how long</dt>
                <dd>also while you are away, until the access is revoked</dd>`
            : ''
        }
      </dl>
      <p>${warning(client, redirect)}</p>
      <form method="post" action="${action}">
        <input type="hidden" name="request" value="${request}" />
        ${memorable ? html`<label><input type="checkbox" name="remember" value="on" /> <span>Do not ask me again about this app in this browser</span></label>` : ''}
        <button class="act" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Cancel</button>
      </form>`,
    [...fields, ...openerFields(redirect)]
  )
}

/** What an app says of itself stands apart from what was checked: a name could say "(verified)", or look like a host. */
const introduced = ({ name, trustedName, host }: Client): Html =>
  trustedName
    ? html`<dt>App</dt>
        <dd>${name}</dd>`
    : html`<dt>App, by its own account</dt>
        <dd class="claim"><q>${name}</q> <small>Nobody has checked this name.</small></dd>
        ${
          host === undefined
            ? ''
            : html`<dt>Introduced by</dt>
                <dd>${host}</dd>`
        }`

const warning = ({ trustedName }: Client, redirect: string): string => {
  const begun = 'Go on only if you have just asked this app to connect.'
  const claims = [
    ...(trustedName ? [] : ['The app chose its name itself; nobody has checked it.']),
    ...(isLoopbackRedirect(redirect) ? ['The app says that it runs on this computer.'] : [])
  ]
  return [...claims, begun].join(' ')
}
