import { threadId } from 'node:worker_threads'
import { definePlugin, type Reply } from '@sluice/plugin-api'

/** Blocks the thread without using the processor. */
const stick = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)

/** What a request may ask of {@link default}: by its path. */
const TROUBLE: Readonly<Record<string, () => void>> = {
  '/crash': () =>
    void setImmediate(() => {
      throw new Error('a fault of the filter')
    }),
  '/leave': () => void setImmediate(() => process.exit(7)),
  '/stick': () => stick()
}

/** A filter that says which thread has served, and under which generation of the configuration; and that makes trouble. */
export default definePlugin<{ generation: number; failsIn: 'none' | 'last' | 'every'; stuckIn: 'none' | 'last' }>({
  name: 'thread-teller',
  version: '1.0.0',
  api: 1,
  configSchema: {
    type: 'object',
    additionalProperties: false,
    properties: {
      generation: { type: 'integer', description: 'Said with each answer.', default: 0 },
      failsIn: {
        enum: ['none', 'last', 'every'],
        description: 'The worker in which it cannot be made.',
        default: 'none'
      },
      stuckIn: {
        enum: ['none', 'last'],
        description: 'The worker that does nothing more once it is made.',
        default: 'none'
      }
    }
  },
  singletons: { turns: () => new Turns() },
  async create({ generation, failsIn, stuckIn }, ctx) {
    const turn = await ctx.singleton<null, number>('turns', String(generation))(null)
    if (failsIn === 'every' || (failsIn === 'last' && turn === ctx.workers)) throw new Error('not in this worker')
    // Only once the main thread was told that all is well: a few messages later.
    if (stuckIn === 'last' && turn === ctx.workers) setTimeout(stick, 100)
    return {
      onRequest(x): Reply | undefined {
        const trouble = TROUBLE[x.path]
        trouble?.()
        return undefined
      },
      onResponse(head) {
        head.set('x-thread', String(threadId))
        head.set('x-generation', String(generation))
      }
    }
  }
})

/** Gives each who asks a number, from 1. */
class Turns {
  #last = 0

  answer(): number {
    return ++this.#last
  }
}
