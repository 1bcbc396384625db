import type { Application } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import { html, page } from './html.ts'

/** The page that lists the people who can sign in, one button each. */
export const signInPage = (tenant: Tenant, client: Application, interaction: string): string => {
  const people = tenant.signingIn.map(({ oid, name, upn, guest }) => {
    const label = guest ? `${name} (${upn}, guest)` : `${name} (${upn})`
    return html`<button name="person" value="${oid}">${label}</button><br />`
  })
  return page(
    'Pick an account',
    html`<p>to continue to <strong>${client.displayName}</strong> in ${tenant.displayName}</p>
      <form method="post" action="/${tenant.tenantId}/login">
        <input type="hidden" name="interaction" value="${interaction}" /> ${people}
      </form>`
  )
}
