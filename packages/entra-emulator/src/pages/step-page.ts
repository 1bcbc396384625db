import type { Person } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import { html, page } from './html.ts'

/** The page that stands for the authenticator app: one button. */
export const stepPage = (tenant: Tenant, person: Person, interaction: string): string =>
  page(
    'Approve sign in request',
    html`<p>A Conditional Access policy of ${tenant.displayName} wants more than the password of ${person.upn}.</p>
      <form method="post" action="/${tenant.tenantId}/step">
        <input type="hidden" name="interaction" value="${interaction}" />
        <button>Approve</button>
      </form>`
  )
