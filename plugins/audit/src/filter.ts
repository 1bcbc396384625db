import {
  ConfigFault,
  type Exchange,
  type Filter,
  type McpRequest,
  type Outcome,
  type PluginContext,
  type Principal,
  type Reply
} from '@sluice/plugin-api'
import { argumentFields } from './arguments.ts'
import { refusals } from './codes.ts'
import type { AuditConfig } from './config.ts'
import { ExchangeRecords } from './exchange-records.ts'
import { readTrailSettings } from './settings.ts'
import { Trail } from './trail.ts'

/**
 * Makes the filter of an entry. A decision is recorded where the last filter has had its say: before forwarding in
 * `onUpstream`, of what is answered here in `onResponse`.
 *
 * @throws ConfigFault for what the schema cannot say
 */
export const createAudit = (config: Readonly<AuditConfig>, ctx: PluginContext): Filter => {
  refuseWorkers(ctx)
  const settings = readTrailSettings(config, ctx.directory)
  const argumentsOf = argumentFields(config, ctx)
  const trail = ctx.sharedAcross(
    `trail ${settings.file ?? 'stdout'}`,
    () => new Trail(ctx),
    made => made.close()
  )
  trail.want(ctx.configuration, settings)
  const records = new ExchangeRecords(trail, argumentsOf, config.names, ctx)
  const principalOf = ctx.fact<Principal>('principal')
  const { durable } = config
  const refuses = config.onFull === 'refuse'

  return {
    onStart: () => trail.start(ctx.configuration, settings),
    ...(refuses && { onRequest: (): Outcome => (trail.accepting ? undefined : unavailable) }),
    ...(config.messages && {
      mcp: { requests: ['*'], results: ['*'] },
      onMcpRequest: (m: McpRequest, x: Exchange): undefined => records.take(m, x),
      // Results are asked for, so that the core tells how each call ended.
      onMcpResult: (): undefined => undefined
    }),
    onUpstream(_head, x) {
      if (refuses && !trail.accepting) return unavailable
      if (!records.decided(x, undefined) && refuses) return unavailable
      return durable ? trail.synced().then(allSaid, () => (refuses ? unavailable : undefined)) : undefined
    },
    onResponse(head, x) {
      if (head.source === 'upstream' || records.isDecided(x)) return undefined
      if (principalOf.get(x) === undefined && records.addUp(x, head.status)) return undefined
      const recorded = records.decided(x, head.status)
      // As below: what is no refusal must not be answered without its record.
      if (!recorded && refuses && head.status < 400) throw new Error('the audit trail has no room')
      if (!durable) return undefined
      return trail.synced().catch((error: unknown) => {
        // A refusal that nobody will read of is still one; anything else must not be answered.
        if (refuses && head.status < 400) throw error
      })
    },
    onFinish: (end, x) => records.ended(x, end),
    onClose: () => trail.flush()
  }
}

/** Several writers of one file would each chain their records to the same one before. */
const refuseWorkers = ({ workers }: PluginContext): void => {
  if (workers === 1) return
  const message = `the trail is one chain with one writer, and there are ${workers} workers`
  throw new ConfigFault([], `${message}. Write workers: 1, and run more gateways, each with a file of its own`)
}

const allSaid = (): undefined => undefined

const unavailable: Reply = (() => {
  const { status, meaning, fix } = refusals.SLUICE_AUDIT_UNAVAILABLE
  const reason = `${meaning} ${fix}`
  return Object.freeze({ status, code: 'SLUICE_AUDIT_UNAVAILABLE', reason, headers: [['retry-after', '1']] as const })
})()
