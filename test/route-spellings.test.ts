import t from 'tap'
import { gateway } from './support/gateway.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const served = async (url: string, path: string): Promise<string> => {
  const wire = await Wire.to(url)
  wire.write(`GET ${path} HTTP/1.1`, 'host: x', 'connection: close', '', '')
  await wire.closed
  return /SLUICE_\w+|<.*>/.exec(wire.received)?.[0] ?? wire.received
}

t.test('a path below a prefix is no other spelling of a narrower route, and all others pass', async t => {
  const named = async (name: string) => (await upstream(t, (_req, res) => void res.end(`<${name}>`))).url
  const g = await gateway(t, [
    { name: 'wide', path: '/a', prefix: true, upstream: await named('wide') },
    { name: 'exact', path: '/a/Admin', upstream: await named('exact') },
    { name: 'narrow', path: '/a/b', prefix: true, upstream: await named('narrow') },
    { name: 'upper', path: '/A', prefix: true, upstream: await named('upper') },
    { name: 'both', path: '/both', upstream: await named('both, exact') },
    { name: 'both-below', path: '/both', prefix: true, upstream: await named('both, prefix') },
    { name: 'alone', path: '/alone', upstream: await named('alone') }
  ])
  const rows = {
    '/a/Admin': '<exact>',
    '/a/admin': 'SLUICE_REQUEST_TARGET',
    '/a/ADMIN': 'SLUICE_REQUEST_TARGET',
    '/a/Admin/': 'SLUICE_REQUEST_TARGET',
    '/a/Admin.': 'SLUICE_REQUEST_TARGET',
    '/a/Admin;v=1': 'SLUICE_REQUEST_TARGET',
    '/a/;/Admin': 'SLUICE_REQUEST_TARGET',
    '/a/;x=1/admin': 'SLUICE_REQUEST_TARGET',
    '/a/%20/Admin': 'SLUICE_REQUEST_TARGET',
    '/a/Admin/;/': 'SLUICE_REQUEST_TARGET',
    '/both': '<both, exact>',
    '/both/': 'SLUICE_REQUEST_TARGET',
    '/both/;x': 'SLUICE_REQUEST_TARGET',
    '/both/x': '<both, prefix>',
    '/a/Admin/x': '<wide>',
    '/a/b/C': '<narrow>',
    '/a/b/': '<narrow>',
    '/a/B/c': 'SLUICE_REQUEST_TARGET',
    '/a/b;v=1/c': 'SLUICE_REQUEST_TARGET',
    '/a/Other/': '<wide>',
    '/A/other': '<upper>',
    '/A/Other/': '<upper>',
    '/A/admin': 'SLUICE_REQUEST_TARGET',
    '/Alone': 'SLUICE_ROUTE_NOT_FOUND',
    '/alone/': 'SLUICE_ROUTE_NOT_FOUND'
  }
  for (const [path, answer] of Object.entries(rows)) t.equal(await served(g.url, path), answer, path)
})
