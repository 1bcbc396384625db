import { DEFAULT_PORTS } from './default-ports.ts'
import { VS_CODE_CLIENT_ID } from './directory.ts'

/** Where everything of the demonstration listens. */
export interface Addresses {
  /** The MCP endpoint that clients use: the gateway's. */
  readonly mcp: string
  readonly metrics: string
  /** The MCP server behind the gateway. */
  readonly upstream: string
  readonly authority: string
}

/** What to paste after the client's run. Holds the access token: that is its purpose, and it opens nothing real. */
export const nextSteps = ({ mcp, metrics }: Addresses, accessToken: string): string => `
Call a tool yourself. The token is the emulator's: it opens this demonstration only, and expires.

  curl -sS ${mcp} \\
    -H 'Authorization: Bearer ${accessToken}' \\
    -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
    -d '${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'headers', arguments: {} } })}'

Use it from Visual Studio Code, in .vscode/mcp.json. If asked for a client ID: ${VS_CODE_CLIENT_ID}

  ${JSON.stringify({ servers: { 'sluice-demo': { type: 'http', url: mcp } } })}

Read the metrics:

  curl -sS ${metrics}
`

/** Said when the demonstration goes on after the client's run. */
export const SERVING = "Serving until Ctrl-C. LOG_LEVEL=info npm start shows Sluice's log."

/** Said instead of what to paste when everything closes after the client's run. */
export const WITHOUT_ONCE = '\nnpm start without --once keeps serving and prints what to paste.'

/** What listens where, and which default port was taken, shown before the client's run. */
export const addressList = ({ mcp, metrics, upstream, authority }: Addresses): string =>
  [
    `Sluice             ${mcp}${wasTaken(mcp, DEFAULT_PORTS.gateway)}`,
    `Sluice's metrics   ${metrics}${wasTaken(metrics, DEFAULT_PORTS.admin)}`,
    `MCP server         ${upstream}${wasTaken(upstream, DEFAULT_PORTS.server)}`,
    `Entra ID emulator  ${authority}${wasTaken(authority, DEFAULT_PORTS.entra)}`
  ].join('\n')

const wasTaken = (url: string, defaultPort: number): string =>
  new URL(url).port === String(defaultPort) ? '' : `  (${defaultPort} was taken)`
