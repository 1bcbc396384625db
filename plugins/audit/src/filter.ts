import type { Exchange, Filter, McpRequest, Outcome, PluginContext, Principal, Reply } from '@sluice/plugin-api'
import { argumentFields } from './arguments.ts'
import { refusals } from './codes.ts'
import type { AuditConfig } from './config.ts'
import { ExchangeRecords } from './exchange-records.ts'
import { RemoteTrail } from './remote-trail.ts'
import { readTrailSettings, type TrailSettings } from './settings.ts'
import { Trail } from './trail.ts'

/**
 * Makes the filter of an entry. A decision is recorded where the last filter has had its say: before forwarding in
 * `onUpstream`, of what is answered here in `onResponse`.
 *
 * @throws ConfigFault for what the schema cannot say
 */
export const createAudit = (config: Readonly<AuditConfig>, ctx: PluginContext): Filter => {
  const settings = readTrailSettings(config, ctx.directory)
  const argumentsOf = argumentFields(config, ctx)
  const trail = ctx.workers > 1 ? remoteTrail(settings, ctx) : ownTrail(settings, ctx)
  trail.wishes.want(ctx.configuration, settings)
  const records = new ExchangeRecords(trail, argumentsOf, config.names, ctx)
  const principalOf = ctx.fact<Principal>('principal')
  const { durable } = config
  const { configuration, directory, signal } = ctx
  const refuses = config.onFull === 'refuse'

  return {
    onStart: () => trail.start({ configuration, directory, signal, config, settings }),
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
      if (!recorded && refuses && head.status < 400) throw unrecorded('the audit trail has no room')
      if (!durable) return undefined
      return trail.synced().catch((error: unknown) => {
        // A refusal that nobody will read of is still one; anything else must not be answered.
        if (refuses && head.status < 400) throw unrecorded('the audit trail cannot be written', error)
      })
    },
    onFinish: (end, x) => records.ended(x, end),
    onClose: () => trail.flush()
  }
}

/** The trail of an entry, written in this thread. */
const ownTrail = ({ file }: TrailSettings, ctx: PluginContext): Trail =>
  ctx.sharedAcross(
    `trail ${file ?? 'stdout'}`,
    () => new Trail(ctx),
    made => made.close()
  )

/** The trail of an entry, written in one thread for all. */
const remoteTrail = ({ file }: TrailSettings, ctx: PluginContext): RemoteTrail => {
  const name = file ?? 'stdout'
  const trail = ctx.sharedAcross(
    `trail ${name}`,
    () => new RemoteTrail(ctx.workers),
    made => made.close()
  )
  // Taken after the trail, and so let go of after it: the last records still find the one that writes them.
  trail.connect(ctx.singleton('trail', name))
  return trail
}

/** What is answered in place of what has no record. */
const unrecorded = (message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { reply: unavailable })

const allSaid = (): undefined => undefined

const unavailable: Reply = (() => {
  const { status, meaning, fix } = refusals.SLUICE_AUDIT_UNAVAILABLE
  const reason = `${meaning} ${fix}`
  return Object.freeze({ status, code: 'SLUICE_AUDIT_UNAVAILABLE', reason, headers: [['retry-after', '1']] as const })
})()
