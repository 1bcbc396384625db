import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Test } from 'tap'
import { type Runtime, systemRuntime } from '../src/runtime.ts'

const pem = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../test/support/certificates', name), 'utf8')

/** An address of the public internet, which leads to the test's own server. */
export const PUBLIC = '93.184.215.14'

/** A TLS server for documents, and a network in which every public address is it. */
export const documentServer = async (t: Test, listener: RequestListener) => {
  const server = createServer({ key: pem('localhost.key'), cert: pem('localhost.pem') }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const dialled: string[] = []
  let now = Date.now()
  const names = new Map<string, readonly string[]>()
  const runtime: Runtime = {
    ...systemRuntime,
    now: () => now,
    resolve: async host => names.get(host) ?? [PUBLIC],
    dial(address, at, host) {
      dialled.push(`${address}:${at} ${host}`)
      // The certificate is for localhost; everything else is as it would be.
      return connect({ host: '127.0.0.1', port, servername: 'localhost', ca: pem('ca.pem') })
    }
  }
  return { runtime, dialled, names, advance: (seconds: number) => void (now += seconds * 1000) }
}
