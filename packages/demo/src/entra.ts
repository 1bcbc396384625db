import { startEntraEmulator } from '@sluice/entra-emulator'
import { demoDirectory, SIGNED_IN_AS } from './directory.ts'

/** What the demonstration needs of its identity provider. */
export interface Entra {
  /** Origin, as `jwt-entra` and `prm` take it. */
  readonly authority: string
  readonly tenantId: string
  close(): Promise<void>
}

/** What the identity provider is started with. */
export interface EntraOptions {
  /** On 127.0.0.1. 0 is any free port. */
  readonly port: number
  /** The identifier URI of the API: the MCP endpoint's URL. */
  readonly resource: string
}

/**
 * Starts the identity provider: the Entra ID emulator with the demonstration's directory, signing in by itself.
 *
 * @throws Error of node:net, such as EADDRINUSE.
 */
export const startEntra = ({ port, resource }: EntraOptions): Promise<Entra> =>
  startEntraEmulator({ port, directory: demoDirectory(resource), autoSignIn: SIGNED_IN_AS })
