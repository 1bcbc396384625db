import { resolve } from 'node:path'
import type { Exchange, Filter, Outcome, PluginContext, Reply } from '@sluice/plugin-api'
import { refusals } from './codes.ts'
import type { RevocationConfig } from './config.ts'
import { Revocations } from './revocations.ts'

/**
 * Makes the filter of an entry.
 *
 * @throws Error that says what is wrong with the list, and where
 */
export function createRevocation({ file }: Readonly<RevocationConfig>, ctx: PluginContext): Filter {
  const path = resolve(ctx.directory, file)
  const revocations = ctx.shared(
    `list ${path}`,
    () => new Revocations(path, ctx),
    list => list.close()
  )
  const { name } = ctx.route
  revocations.cover(name)
  const judge = (x: Exchange): Outcome => (revocations.refuses(x) ? refusal() : undefined)
  return {
    onRequest: judge,
    // The last word, for a provider of the principal that learns it from the messages.
    onUpstream: (_head, x) => judge(x),
    // What began under a configuration that had another list, or none on this route.
    onStart: () => void revocations.endOpen(),
    onClose: () => revocations.leave(name)
  }
}

/** Made for each request, because other filters complete the challenge (RFC 6750 section 3.1). */
const refusal = (): Reply => {
  const code = 'SLUICE_REVOCATION_REFUSED'
  const { status, meaning, fix } = refusals[code]
  const params = new Map([
    ['error', 'invalid_token'],
    ['error_description', meaning]
  ])
  return { status, code, reason: `${meaning} ${fix}`, challenges: [{ scheme: 'Bearer', params }] }
}
