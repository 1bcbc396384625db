import type { Exchange, Filter, Plugin, PluginContext, Reply } from '@sluice/plugin-api'

export interface GoodConfig {
  readonly label: string
  readonly password?: string
  readonly limits: { readonly perMinute: number }
}

const refused: Reply = Object.freeze({ status: 403, code: 'CONTOSO_CLOSED', reason: 'Closed' })

export const create = ({ label }: Readonly<GoodConfig>, ctx: PluginContext): Filter => {
  const seen = ctx.shared('seen', () => ({ count: 0 }))
  const tag = ctx.fact<string>('tag')
  return {
    onRequest(x: Exchange) {
      seen.count++
      tag.set(x, `${label} of ${x.id}`)
      return x.method === 'PROPFIND' ? refused : undefined
    },
    async onUpstream(head, x) {
      await Promise.resolve()
      head.set('x-tag', tag.get(x) ?? 'none')
      return undefined
    },
    onResponse(head, x) {
      head.append('x-tag', tag.get(x) ?? 'none')
    }
  }
}

/** A plugin that keeps the contract: what the tests break, one thing at a time. */
const good: Plugin<GoodConfig> = {
  name: 'good',
  version: '1.0.0',
  api: 1,
  configSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['label'],
    properties: {
      label: { type: 'string', description: 'Goes to the upstream.', examples: ['a'] },
      password: { type: 'string', description: 'Nobody sees it.', writeOnly: true },
      limits: {
        type: 'object',
        description: 'Limits.',
        additionalProperties: false,
        default: {},
        properties: { perMinute: { type: 'integer', minimum: 1, default: 60, description: 'Requests a minute.' } }
      }
    }
  },
  provides: ['tag'],
  create
}

export default good
