import { setTimeout } from 'node:timers/promises'
import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** Waits between two counts. */
export type Step = (delayMs: number, signal: AbortSignal) => Promise<void>

/** Waits by the clock. */
export const timer: Step = (delayMs, signal) => setTimeout(delayMs, undefined, { signal })

/**
 * Registers the tool `countdown`, which sends one progress notification a count while it runs, to a caller that gave a
 * progress token (MCP, basic/utilities/progress).
 */
export const registerCountdown = (
  server: McpServer,
  onCall: (name: string, signal: AbortSignal) => void,
  step: Step
): void => {
  server.registerTool(
    'countdown',
    {
      description: 'Counts down to zero and streams each count as a progress notification.',
      inputSchema: z.object({
        from: z.number().int().min(1).max(100).describe('First count.'),
        delayMs: z.number().int().min(0).max(60_000).default(500).describe('Wait after each count, in milliseconds.')
      }),
      annotations: { readOnlyHint: true }
    },
    async ({ from, delayMs }, ctx) => {
      const { signal } = ctx.mcpReq
      onCall('countdown', signal)
      for (let count = from; count > 0; count--) {
        await notifyProgress(ctx, from, count)
        await step(delayMs, signal)
        signal.throwIfAborted()
      }
      return { content: [{ type: 'text', text: `Counted down from ${from}.` }] }
    }
  )
}

const notifyProgress = async (ctx: ServerContext, from: number, count: number): Promise<void> => {
  const progressToken = ctx.mcpReq._meta?.progressToken
  if (progressToken === undefined) return
  await ctx.mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken, progress: from - count + 1, total: from, message: String(count) }
  })
}
