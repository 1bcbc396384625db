import { createHash } from 'node:crypto'
import { readCredential } from '@sluice/entra-credential'
import { ConfigFault, isLoopback, parseDuration, type PluginContext } from '@sluice/plugin-api'
import type { GroupsConfig } from './config.ts'
import { GraphGroups } from './graph-groups.ts'
import { GraphToken } from './graph-token.ts'

/** The longest that a call waits for each of two answers, in milliseconds. */
const LONGEST_WAIT = 30_000

interface Used {
  readonly groups: GraphGroups
  /** Ends what watches over the credential's files. */
  readonly end: AbortController
}

/** One for all entries that ask the same with the same credential. @throws ConfigFault for what is not safe to ask */
export const useGraphGroups = (config: GroupsConfig | undefined, ctx: PluginContext): GraphGroups | undefined => {
  if (config === undefined) return undefined
  for (const key of ['authority', 'graph'] as const) requireOrigin(config[key], key)
  const timeoutMs = parseDuration(config.timeout, ['groups', 'timeout'])
  if (timeoutMs > LONGEST_WAIT) throw new ConfigFault(['groups', 'timeout'], 'no call should wait for more than 30s')
  const maxAgeMs = parseDuration(config.maxAge, ['groups', 'maxAge'])
  const make = (): Used => {
    const end = new AbortController()
    const { authority, graph, credential, securityEnabledOnly } = config
    const { clientId } = credential
    // It outlives this configuration, where the next one asks the same.
    const owner = { clientId, at: ['groups', 'credential'], ctx, signal: end.signal }
    const token = new GraphToken({
      authority,
      graph,
      clientId,
      timeoutMs,
      credential: readCredential(credential, owner)
    })
    return { groups: new GraphGroups({ graph, token, securityEnabledOnly, maxAgeMs, timeoutMs }, ctx.log), end }
  }
  // Of the folder, too, at which the paths of its files begin.
  const key = createHash('sha256')
    .update(JSON.stringify([ctx.directory, config]))
    .digest('base64url')
  return ctx.sharedAcross(`groups ${key}`, make, ({ end }) => end.abort()).groups
}

const requireOrigin = (text: string, key: string): void => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.origin !== text || (url.protocol !== 'https:' && !isLoopback(url.hostname)))
    throw new ConfigFault(['groups', key], 'an https origin belongs here, without a path')
}
