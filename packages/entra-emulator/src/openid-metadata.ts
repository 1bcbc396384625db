import type { Cloud } from './cloud.ts'
import type { Endpoints } from './endpoints.ts'
import { multiTenantNames, tenantTemplate } from './endpoints.ts'

const claims = ['sub', 'iss', 'cloud_instance_name', 'cloud_instance_host_name', 'cloud_graph_host_name']
const moreClaims = ['msgraph_host', 'aud', 'exp', 'iat', 'auth_time', 'acr']

const shared = {
  response_modes_supported: ['query', 'fragment', 'form_post'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  request_uri_parameter_supported: false,
  http_logout_supported: true,
  frontchannel_logout_supported: true,
  tenant_region_scope: 'EU',
  rbac_url: 'https://pas.windows.net'
}

const ofCloud = ({ instanceName, graphHostName }: Cloud): object => ({
  cloud_instance_name: instanceName,
  cloud_graph_host_name: graphHostName
})

const issuerName = (tenant: string): string => (multiTenantNames.includes(tenant) ? tenantTemplate : tenant)

/**
 * The version 2 document at `/{tenant}/v2.0/.well-known/openid-configuration`. Like the real one it has neither
 * `code_challenge_methods_supported` nor `registration_endpoint`.
 */
export const createV2Metadata = ({ authority, cloud, v2Issuer }: Endpoints, tenant: string): object => ({
  token_endpoint: `${authority}/${tenant}/oauth2/v2.0/token`,
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  jwks_uri: `${authority}/${tenant}/discovery/v2.0/keys`,
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  issuer: v2Issuer(issuerName(tenant)),
  userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
  authorization_endpoint: `${authority}/${tenant}/oauth2/v2.0/authorize`,
  device_authorization_endpoint: `${authority}/${tenant}/oauth2/v2.0/devicecode`,
  end_session_endpoint: `${authority}/${tenant}/oauth2/v2.0/logout`,
  claims_supported: [
    ...claims,
    ...moreClaims,
    'nonce',
    'preferred_username',
    'name',
    'tid',
    'ver',
    'at_hash',
    'c_hash',
    'email'
  ],
  kerberos_endpoint: `${authority}/${tenant}/kerberos`,
  ...ofCloud(cloud),
  // Here the emulator stands for Microsoft Graph, too.
  msgraph_host: new URL(authority).host,
  ...shared
})

/** The version 1 document at `/{tenant}/.well-known/openid-configuration`: where the version 1 issuer is told. */
export const createV1Metadata = ({ authority, cloud, v1Issuer }: Endpoints, tenant: string): object => ({
  token_endpoint: `${authority}/${tenant}/oauth2/token`,
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  jwks_uri: `${authority}/${tenant}/discovery/keys`,
  response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
  scopes_supported: ['openid'],
  issuer: v1Issuer(issuerName(tenant)),
  microsoft_multi_refresh_token: true,
  authorization_endpoint: `${authority}/${tenant}/oauth2/authorize`,
  device_authorization_endpoint: `${authority}/${tenant}/oauth2/devicecode`,
  end_session_endpoint: `${authority}/${tenant}/oauth2/logout`,
  claims_supported: [...claims, ...moreClaims, 'amr', 'nonce', 'email', 'given_name', 'family_name', 'nickname'],
  check_session_iframe: `${authority}/${tenant}/oauth2/checksession`,
  userinfo_endpoint: `${authority}/${tenant}/openid/userinfo`,
  kerberos_endpoint: `${authority}/${tenant}/kerberos`,
  ...ofCloud(cloud),
  // Here the emulator stands for Microsoft Graph, too.
  msgraph_host: new URL(authority).host,
  ...shared
})
