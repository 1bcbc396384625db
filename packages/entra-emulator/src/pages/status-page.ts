import type { Application } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { Endpoints } from '../endpoints.ts'
import { type Html, html, page } from './html.ts'

const describeApplication = ({ clientId, displayName, identifierUris, ...rest }: Application): Html => {
  const uris = identifierUris.map(uri => html` <code>${uri}</code>`)
  const scopes = rest.oauth2PermissionScopes.map(({ value }) => value).join(', ')
  const version = rest.requestedAccessTokenVersion === 2 ? '2' : '1'
  const api = html`, an API with version ${version} tokens at${uris}, scopes: ${scopes}`
  return html`<li><strong>${displayName}</strong> <code>${clientId}</code>${identifierUris.length > 0 ? api : ''}</li>`
}

const describeTenant = (tenant: Tenant, { v2Issuer, authority }: Endpoints): Html => {
  const metadata = `${v2Issuer(tenant.tenantId)}/.well-known/openid-configuration`
  const v1Metadata = `${authority}/${tenant.tenantId}/.well-known/openid-configuration`
  const people = tenant.people.map(({ name, upn }) => html`<li>${name} (${upn})</li>`)
  return html`<h2>${tenant.displayName} <code>${tenant.tenantId}</code></h2>
    <p>Metadata: <a href="${metadata}">version 2</a>, <a href="${v1Metadata}">version 1</a></p>
    <h3>Applications</h3>
    <ul>
      ${tenant.applications.map(describeApplication)}
    </ul>
    <h3>People</h3>
    <ul>
      ${people}
    </ul>`
}

/** The page at `/`: what this is and what is in its directory. */
export const statusPage = (tenants: readonly Tenant[], endpoints: Endpoints): string =>
  page('Entra ID emulator', html`${tenants.map(tenant => describeTenant(tenant, endpoints))}`)
