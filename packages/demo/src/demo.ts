import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type DemoClientOptions, runDemoClient } from './client.ts'
import { DEFAULT_PORTS } from './default-ports.ts'
import { API_CLIENT_ID, DEMO_CLIENT_ID } from './directory.ts'
import { type Entra, type EntraOptions, startEntra } from './entra.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { readLogLevel } from './log-level.ts'
import { type Addresses, addressList, nextSteps, SERVING, WITHOUT_ONCE } from './next-steps.ts'
import { onDefaultOrFreePort, reservePort } from './ports.ts'
import type { Printer } from './print.ts'
import { type DemoMcpServer, type DemoMcpServerOptions, startDemoMcpServer } from './server.ts'

/** The parts that the demonstration puts together. */
export interface DemoParts {
  startServer(options: DemoMcpServerOptions): Promise<DemoMcpServer>
  startEntra(options: EntraOptions): Promise<Entra>
  startGateway(configFile: string, env: NodeJS.ProcessEnv): Promise<Gateway>
  runClient(options: DemoClientOptions): Promise<{ accessToken: string }>
}

/** How the demonstration runs. */
export interface DemoOptions {
  /** End after the client's run. */
  readonly once: boolean
  readonly env: NodeJS.ProcessEnv
  /** Ends the serving, and a run that has not come that far. */
  readonly signal: AbortSignal
  /** Default: the real ones. */
  readonly parts?: DemoParts
}

const HOST = '127.0.0.1'
const CONFIG_FILE = fileURLToPath(new URL('../../../config/demo.yaml', import.meta.url))
const PARTS: DemoParts = { startServer: startDemoMcpServer, startEntra, startGateway, runClient: runDemoClient }

/**
 * Starts the MCP server, Entra ID's emulator and the gateway, runs the client, and serves until the signal. Everything
 * that was started is closed in every case.
 *
 * @throws StepError when a step of the client failed; Error when a part did not start or `LOG_LEVEL` does not exist.
 */
export const runDemo = async (options: DemoOptions, printer: Printer): Promise<void> => {
  const opened: Closer[] = []
  try {
    await showAll(options, printer, opened)
  } catch (error) {
    // Why it did not run matters more than what would not close after it.
    await closeAll(opened)
    throw error
  }
  const errors = await closeAll(opened)
  if (errors.length > 0) throw new Error(`Not everything could be closed: ${errors.map(String).join('; ')}`)
}

type Closer = () => Promise<void>

const showAll = async (options: DemoOptions, printer: Printer, opened: Closer[]): Promise<void> => {
  const { signal, parts = PARTS } = options
  // Before anything starts: what is wrong with it shall not stand below other output.
  readLogLevel(options.env)
  printer.heading('Starting')
  const addresses = await startAll(parts, options.env, opened)
  printer.text(addressList(addresses))
  signal.throwIfAborted()

  printer.heading('An MCP client signs in and calls the tools')
  const report: Printer['step'] = step => printer.step(step)
  const run = await parts.runClient({ url: addresses.mcp, clientId: DEMO_CLIENT_ID, report, signal })

  if (signal.aborted) return
  if (options.once) {
    printer.text(WITHOUT_ONCE)
    return
  }
  printer.heading('Your turn')
  printer.text(nextSteps(addresses, run.accessToken))
  printer.text(SERVING)
  await once(signal, 'abort')
}

/** What was started, also when a later part does not start, is in `opened`. */
const startAll = async (parts: DemoParts, env: NodeJS.ProcessEnv, opened: Closer[]): Promise<Addresses> => {
  const server = await onDefaultOrFreePort(DEFAULT_PORTS.server, port => parts.startServer({ host: HOST, port }))
  opened.push(() => server.close())
  // The directory names the gateway's address and the gateway asks the emulator for keys, so the address comes first.
  const gatewayPort = await reservePort({ host: HOST, port: DEFAULT_PORTS.gateway })
  opened.push(() => gatewayPort.release())
  const adminPort = await reservePort({ host: HOST, port: DEFAULT_PORTS.admin })
  opened.push(() => adminPort.release())

  const publicUrl = `http://${HOST}:${gatewayPort.port}`
  const resource = `${publicUrl}/mcp`
  const entra = await onDefaultOrFreePort(DEFAULT_PORTS.entra, port => parts.startEntra({ port, resource }))
  opened.push(() => entra.close())

  await Promise.all([gatewayPort.release(), adminPort.release()])
  const gateway = await parts.startGateway(CONFIG_FILE, {
    ...env,
    DEMO_PORT: String(gatewayPort.port),
    DEMO_ADMIN_PORT: String(adminPort.port),
    DEMO_PUBLIC_URL: publicUrl,
    DEMO_AUTHORITY: entra.authority,
    DEMO_TENANT_ID: entra.tenantId,
    DEMO_CLIENT_ID: API_CLIENT_ID,
    DEMO_UPSTREAM: server.url
  })
  opened.push(() => gateway.close())
  const metrics = `http://${HOST}:${adminPort.port}/metrics`
  return { mcp: resource, metrics, upstream: server.url, authority: entra.authority }
}

/** Last opened, first closed. One that fails to close does not keep the others open. */
const closeAll = async (opened: readonly Closer[]): Promise<unknown[]> => {
  const errors: unknown[] = []
  for (const close of opened.toReversed()) await close().catch((error: unknown) => errors.push(error))
  return errors
}
