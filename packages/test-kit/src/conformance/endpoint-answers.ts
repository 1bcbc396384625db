import type { Endpoint, Reply } from '@sluice/plugin-api'
import { fakeExchange } from '../exchange.ts'
import type { BreachList } from './breach.ts'
import { checkNoCredential } from './credential.ts'
import type { OpenFilter } from './open-filter.ts'
import { checkReply } from './reply-form.ts'
import { requests } from './requests.ts'
import { plainReply } from './trace.ts'

/** Checks what the endpoints of a filter answer, by every method that they take. */
export const checkEndpointAnswers = async ({ filter, ctx }: OpenFilter, breaches: BreachList): Promise<void> => {
  for (const endpoint of filter.endpoints ?? []) {
    for (const method of endpoint.methods) {
      for (const { rawHeaders = [], query = '' } of requests) {
        const x = fakeExchange({ endpoint, route: ctx.route, method, path: endpoint.path, query, rawHeaders })
        const reply = await answer(endpoint, Object.freeze(x), breaches)
        if (reply !== undefined) checkReply(`endpoint ${endpoint.path}`, reply, breaches)
        checkNoCredential('a reply', plainReply(reply), breaches)
      }
    }
  }
}

const answer = async (
  endpoint: Endpoint,
  x: Parameters<Endpoint['handle']>[0],
  breaches: BreachList
): Promise<Reply | undefined> => {
  try {
    const reply: unknown = await endpoint.handle(x, endpoint.body && Buffer.from('{}'))
    if (reply === undefined) breaches.add('reply', `endpoint ${endpoint.path}: it answers nothing`)
    return reply as Reply | undefined
  } catch (error) {
    breaches.add('hooks', `endpoint ${endpoint.path} threw (${x.method}): ${String(error)}`)
    return undefined
  }
}
