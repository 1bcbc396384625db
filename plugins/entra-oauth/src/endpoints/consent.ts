import type { Exchange, Reply } from '@sluice/plugin-api'
import { knownBrowser } from '../browser.ts'
import { isMemorable } from '../consents.ts'
import { OAuthFault } from '../oauth-fault.ts'
import { continuePage } from '../pages/continue-page.ts'
import { openerFields } from '../pages/page.ts'
import { Parameters } from '../parameters.ts'
import type { Server } from '../server.ts'
import { identityUrl, signInUrl } from '../sign-in-url.ts'

/**
 * Takes the answer of the consent page. Nobody else can send it: the request was sealed for this browser, whose cookie no
 * form of another site brings along, and the form's origin is looked at besides.
 */
export const consent = async (x: Exchange, body: Buffer, server: Server): Promise<Reply> => {
  demandOwnPage(x, server)
  const browser = knownBrowser(x)
  const parameters = new Parameters(body.toString('utf8'))
  const sealed = parameters.require('request')
  const request = browser === undefined ? undefined : server.seals.open('request', browser, sealed)
  if (browser === undefined || request === undefined) throw new OAuthFault('SLUICE_OAUTH_BROWSER')
  server.clients.demand(request.client, request.redirect)
  if (parameters.require('decision') !== 'allow')
    return continuePage(
      server.refused(x, request, new OAuthFault('SLUICE_OAUTH_DECLINED')),
      openerFields(request.redirect)
    )
  const remember = parameters.get('remember') === 'on' && isMemorable(request.redirect)
  const next = remember ? identityUrl(request, browser, server) : signInUrl(request, browser, server)
  return continuePage(next, openerFields(request.redirect))
}

const demandOwnPage = ({ headers }: Exchange, { settings }: Server): void => {
  const { origin = settings.issuer.origin, 'sec-fetch-site': site = 'same-origin' } = headers
  if (origin !== settings.issuer.origin || site !== 'same-origin')
    throw new OAuthFault('SLUICE_OAUTH_BROWSER', 'The form was not sent by the page of this server.')
}
