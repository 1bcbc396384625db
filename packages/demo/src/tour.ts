import type { CallToolResult, Client } from '@modelcontextprotocol/client'
import type { Reporter } from './step.ts'

/** Lists the tools and returns their names. */
export const listTools = async (
  client: Client,
  report: Reporter,
  signal: AbortSignal
): Promise<ReadonlySet<string>> => {
  const { tools } = await client.listTools({}, { signal })
  const names = tools.map(tool => tool.name)
  report({ step: 'tools/list', detail: { tools: names.join(', ') } })
  return new Set(names)
}

/** Calls those of the demonstration's tools that the server has; progress is reported as it arrives. */
export const callTools = async (
  client: Client,
  tools: ReadonlySet<string>,
  report: Reporter,
  signal: AbortSignal
): Promise<void> => {
  if (tools.has('echo')) {
    const result = await client.callTool({ name: 'echo', arguments: { text: 'Hello through Sluice' } }, { signal })
    report({ step: 'tools/call', detail: { tool: 'echo', result: textOf(result) } })
  }
  if (tools.has('headers')) {
    const result = await client.callTool({ name: 'headers', arguments: {} }, { signal })
    report({ step: 'tools/call', detail: { tool: 'headers', ...reachedUpstream(result) } })
  }
  if (tools.has('countdown')) await countDown(client, report, signal)
}

const countDown = async (client: Client, report: Reporter, signal: AbortSignal): Promise<void> => {
  const result = await client.callTool(
    { name: 'countdown', arguments: { from: 3, delayMs: 400 } },
    {
      signal,
      onprogress: ({ progress, total, message }) => {
        const detail = { tool: 'countdown', progress: `${progress} of ${total ?? '?'}`, message: message ?? '' }
        report({ step: 'tools/call', detail })
      }
    }
  )
  report({ step: 'tools/call', detail: { tool: 'countdown', result: textOf(result) } })
}

/** The point of the tool `headers`: the token that opened the gateway stays there. */
const reachedUpstream = ({ structuredContent }: CallToolResult): Record<string, string> => {
  const names =
    isRecord(structuredContent) && isRecord(structuredContent['headers'])
      ? Object.keys(structuredContent['headers'])
      : []
  return {
    'headers at the upstream': names.join(', '),
    authorization: names.includes('authorization') ? 'reached the upstream' : 'never reached the upstream'
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const textOf = (result: CallToolResult): string => {
  const text = result.content.map(block => (block.type === 'text' ? block.text : `(${block.type})`)).join(' ')
  if (result.isError === true) throw new Error(`the tool failed: ${text}`)
  return text
}
