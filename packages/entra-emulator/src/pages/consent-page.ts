import type { Application, Person } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import { html, page } from './html.ts'

/** What the consent page asks. */
export interface ConsentQuestion {
  readonly tenant: Tenant
  readonly client: Application
  readonly person: Person
  readonly resource: Application
  /** Bare names of the scopes. */
  readonly permissions: readonly string[]
  readonly interaction: string
}

/** The page where a person accepts or declines what a client asks for. */
export const consentPage = (question: ConsentQuestion): string => {
  const { tenant, client, person, resource, permissions, interaction } = question
  const items = permissions.map(permission => {
    const scope = resource.oauth2PermissionScopes.find(({ value }) => value === permission)
    const label = scope?.userConsentDisplayName ?? permission
    return html`<li>${label} (<code>${permission}</code> of ${resource.displayName})</li>`
  })
  return page(
    'Permissions requested',
    html`<p><strong>${client.displayName}</strong> would like, as ${person.upn}:</p>
      <ul>
        ${items}
      </ul>
      <form method="post" action="/${tenant.tenantId}/consent">
        <input type="hidden" name="interaction" value="${interaction}" />
        <button name="decision" value="accept">Accept</button><button name="decision" value="decline">Cancel</button>
      </form>`
  )
}
