import { definePlugin, type Reply } from '@sluice/plugin-api'

/** Refuses requests outside business hours, in UTC. */
export default definePlugin<{ from: number; to: number }>({
  name: 'business-hours',
  version: '1.0.0',
  api: 1,
  configSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['from', 'to'],
    properties: {
      from: { type: 'integer', minimum: 0, maximum: 23, description: 'First hour, UTC.' },
      to: { type: 'integer', minimum: 1, maximum: 24, description: 'Hour after the last, UTC.' }
    }
  },
  create({ from, to }) {
    if (from >= to) throw new Error(`from (${from}) must be before to (${to})`)
    const closed: Reply = Object.freeze({ status: 403, code: 'CONTOSO_CLOSED', reason: 'Outside business hours' })
    return {
      onRequest() {
        const hour = new Date().getUTCHours()
        return hour >= from && hour < to ? undefined : closed
      }
    }
  }
})
