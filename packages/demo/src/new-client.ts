import { Client } from '@modelcontextprotocol/client'

/** Makes the SDK's client, which speaks MCP 2025-11-25. */
export const newClient = (): Client => new Client({ name: 'sluice-demo-client', version: '0.1.0' })
