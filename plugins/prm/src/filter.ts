import type { Filter, PluginContext } from '@sluice/plugin-api'
import type { PrmConfig } from './config.ts'
import { makeDocument } from './document.ts'
import { isEntra, warnOf } from './document-warnings.ts'
import { documentEndpoints, documentPath } from './endpoints.ts'

/**
 * Makes the filter of an entry. The document is written once, here.
 *
 * @throws Error where clients would refuse the document.
 */
export function createPrm(config: Readonly<PrmConfig>, ctx: PluginContext): Filter {
  const { route, log } = ctx
  // What has no route is no resource.
  if (route.name === '-') return {}
  const document = makeDocument(config, route.publicUrl)
  warnOf(document, route.publicUrl, config.tenant !== undefined || isEntra(document), log)
  const url = new URL(route.publicUrl).origin + documentPath(route)
  const qualify = makeQualify(document.scopes_supported ?? [])
  return {
    endpoints: documentEndpoints(document, route),
    onResponse(head) {
      if (head.source !== 'gateway') return
      for (const challenge of head.challenges) {
        if (challenge.scheme.toLowerCase() !== 'bearer') continue
        challenge.params.set('resource_metadata', url)
        challenge.qualify = qualify
      }
    }
  }
}

/** Tokens carry bare names, clients must request `<identifier URI>/<name>`: Entra looks for a bare one in Graph. */
function makeQualify(scopesSupported: readonly string[]): (bare: string) => string {
  const requestForms = new Map<string, string>()
  for (const scope of scopesSupported) {
    const bare = scope.slice(scope.lastIndexOf('/') + 1)
    if (!requestForms.has(bare)) requestForms.set(bare, scope)
  }
  return bare => requestForms.get(bare) ?? bare
}
