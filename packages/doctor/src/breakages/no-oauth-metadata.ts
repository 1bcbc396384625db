import { type Breakage, clean, limit, needs } from '../breakage.ts'
import { isAway } from '../entra/authorization-server.ts'
import { valueOf } from '../reading.ts'

/** Entra has the OpenID document alone, behind the path of the issuer. */
export const noOauthMetadata: Breakage = {
  id: 7,
  title: 'there is no OAuth metadata (RFC 8414)',
  codes: [],
  examine({ server }) {
    const { forms } = server
    if (valueOf(server.metadata) === undefined && forms.some(isAway))
      return needs('the metadata of the authorization server', server.metadata)
    const found = forms.filter(({ status }) => status === 200)
    if (found.some(({ oauth }) => oauth)) return clean
    const looked = forms.filter(({ oauth }) => oauth).map(({ url, status }) => `${url} (${status ?? 'no answer'})`)
    return limit(
      `not there: ${looked.join(', ')}; there: ${found.map(({ url }) => url).join(', ') || 'nothing'}`,
      'clients that know RFC 8414 only and not OpenID Connect Discovery, which revisions before 2025-11-25 did not ask of them',
      { text: 'Use a client that reads OpenID metadata, or put the facade in front: it has every form.' }
    )
  }
}
