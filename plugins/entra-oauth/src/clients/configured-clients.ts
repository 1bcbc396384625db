import { ConfigFault } from '@sluice/plugin-api'
import type { ClientConfig } from '../config.ts'
import { redirectFault } from '../redirect-uri.ts'
import type { Client } from './client.ts'
import { isShowable } from './introduction.ts'

/** The clients that the operator knows, by their ids. @throws ConfigFault for an id that is there twice, and for a redirect URI that is none */
export const configuredClients = (clients: readonly ClientConfig[]): ReadonlyMap<string, Client> => {
  const known = new Map<string, Client>()
  for (const [i, { id, name = id, redirectUris }] of clients.entries()) {
    if (known.has(id)) throw new ConfigFault(['clients', i, 'id'], `${id} is there twice`)
    if (!isShowable(name))
      throw new ConfigFault(['clients', i, 'name'], 'is longer than 80 characters, or has some that cannot be shown')
    for (const [j, uri] of redirectUris.entries()) {
      const fault = redirectFault(uri, 'any')
      if (fault !== undefined) throw new ConfigFault(['clients', i, 'redirectUris', j], `${uri} ${fault}`)
    }
    known.set(id, { id, name, redirects: redirectUris, host: undefined, trustedName: true })
  }
  return known
}
