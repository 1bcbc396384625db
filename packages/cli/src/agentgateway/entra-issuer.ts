/** A tenant of Entra ID. */
export interface EntraTenant {
  /** A GUID, or a placeholder such as `${ENTRA_TENANT_ID}`. */
  readonly tenant: string
  /** `undefined` for https://login.microsoftonline.com. */
  readonly authority: string | undefined
  /** Of the tokens that an issuer of this form has. */
  readonly version: 1 | 2
}

/** Authorities of the version 1 issuers, whose host is that of no authority. */
const ofSecurityTokenService: Readonly<Record<string, string | undefined>> = {
  'sts.windows.net': undefined,
  'sts.microsoftonline.us': 'https://login.microsoftonline.us',
  'sts.chinacloudapi.cn': 'https://login.partner.microsoftonline.cn'
}

const ofAuthority =
  /^(?:login\.microsoftonline\.(?:com|us)|login\.windows\.net|login\.partner\.microsoftonline\.cn|[^.]+\.ciamlogin\.com)$/

/**
 * Reads an issuer of Entra ID, of either version and any cloud; `undefined` for another provider's. It is taken apart as
 * text: a placeholder in it is no part of a URL.
 */
export const readEntraIssuer = (issuer: string): EntraTenant | undefined => {
  const [, host = '', tenant = '', rest = ''] = /^https:\/\/([^/]+)\/([^/]+)(.*)$/.exec(issuer) ?? []
  if (Object.hasOwn(ofSecurityTokenService, host)) {
    return { tenant, authority: ofSecurityTokenService[host], version: 1 }
  }
  if (!ofAuthority.test(host)) return undefined
  const isGlobal = host === 'login.microsoftonline.com' || host === 'login.windows.net'
  return { tenant, authority: isGlobal ? undefined : `https://${host}`, version: rest.startsWith('/v2.0') ? 2 : 1 }
}
