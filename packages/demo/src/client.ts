import { newClient } from './new-client.ts'
import { observeFetch, type ObservedFetch } from './observed-fetch.ts'
import { SignIn } from './sign-in.ts'
import { type Reporter, type StepName } from './step.ts'
import { stepFailure } from './step-failure.ts'
import { startCallbackListener } from './callback-listener.ts'
import { callTools, listTools } from './tour.ts'

/** What the demonstration's client signs in to, and as which app. */
export interface DemoClientOptions {
  /** The MCP endpoint. */
  readonly url: string
  /** A public client, registered with the redirect URI `http://127.0.0.1/callback` and pre-authorised. */
  readonly clientId: string
  readonly report: Reporter
  /** Ends the run. */
  readonly signal?: AbortSignal
}

/**
 * Signs in to an MCP server by the MCP authorization flow, without a person, then lists and calls its tools. Each step
 * is reported as it happens.
 *
 * @throws StepError which step failed, what was seen and what to do.
 */
export const runDemoClient = async (options: DemoClientOptions): Promise<{ accessToken: string }> => {
  const { report, signal = new AbortController().signal } = options
  const url = new URL(options.url)
  const observed = observeFetch(url.href, report, signal)
  const callback = await startCallbackListener()
  const signIn = new SignIn(options.clientId, callback, observed, report)
  try {
    await signIn.authorize(url, signal)
    const accessToken = await signIn.redeem(url)
    await useTools(url, signIn, observed, report, signal)
    return { accessToken }
  } finally {
    await callback.close()
  }
}

/** Initializes with the token and calls the tools. */
const useTools = async (
  url: URL,
  signIn: SignIn,
  observed: ObservedFetch,
  report: Reporter,
  signal: AbortSignal
): Promise<void> => {
  let step: StepName = 'initialize'
  const client = newClient()
  const transport = signIn.transport(url)
  try {
    await client.connect(transport, { signal })
    const server = client.getServerVersion()
    report({
      step,
      detail: {
        server: `${server?.name} ${server?.version}`,
        protocol: client.getNegotiatedProtocolVersion() ?? '(unknown)'
      }
    })
    step = 'tools/list'
    const tools = await listTools(client, report, signal)
    step = 'tools/call'
    await callTools(client, tools, report, signal)
  } catch (error) {
    throw stepFailure(step, observed, error)
  } finally {
    await transport.terminateSession().catch(() => {})
    await client.close()
  }
}
