/** A cloud or kind of directory that Entra ID comes in. */
export type CloudName = 'global' | 'usGovernment' | 'china' | 'externalId'

/** In what the clouds differ, apart from addresses that the emulator takes the place of. */
export interface Cloud {
  /** Origin of version 1 issuers: in no cloud the authority. */
  readonly stsAuthority: string
  /** `cloud_instance_name` of the metadata. */
  readonly instanceName: string
  /** `cloud_graph_host_name` of the metadata: the service before Microsoft Graph. */
  readonly graphHostName: string
  /**
   * Whether the version 2 issuer has another host than the authority. That of External ID has the tenant ID as its host, and
   * people know the authority by a name; here the authority is `localhost`, and the issuer the address.
   */
  readonly issuerOfOwnHost: boolean
}

/** Every cloud by its name. */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: {
    stsAuthority: 'https://sts.windows.net',
    instanceName: 'microsoftonline.com',
    graphHostName: 'graph.windows.net',
    issuerOfOwnHost: false
  },
  usGovernment: {
    stsAuthority: 'https://sts.windows.net',
    instanceName: 'microsoftonline.us',
    graphHostName: 'graph.windows.net',
    issuerOfOwnHost: false
  },
  china: {
    stsAuthority: 'https://sts.chinacloudapi.cn',
    instanceName: 'partner.microsoftonline.cn',
    graphHostName: 'graph.chinacloudapi.cn',
    issuerOfOwnHost: false
  },
  externalId: {
    stsAuthority: 'https://sts.windows.net',
    instanceName: 'microsoftonline.com',
    graphHostName: 'graph.windows.net',
    issuerOfOwnHost: true
  }
}
