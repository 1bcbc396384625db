import type { Attack, AttackTable } from './attack.ts'

const rebound = (name: string, host: string, ...fields: readonly string[]): Attack => ({
  name,
  sent: [`POST /open HTTP/1.1`, `Host: ${host}`, 'Content-Length: 0', 'Connection: close', ...fields, '', ''].join(
    '\r\n'
  ),
  expected: { status: 403, code: 'SLUICE_ORIGIN_HOST_REFUSED' }
})

/** A gateway on a developer's machine, and a page whose name was made to resolve to it. */
export const loopback: AttackTable = {
  subject: 'DNS rebinding',
  about: 'names that were made to resolve to the machine of a developer, with and without an origin',
  async rows(target) {
    await target.start({ config: { publicUrl: 'http://127.0.0.1:8080', listen: { host: '127.0.0.1', port: 0 } } })
    return [
      rebound('a name that resolves to this machine', 'evil.example'),
      rebound('the same with our port', 'evil.example:8080'),
      rebound('a name that begins like this machine', 'localhost.evil.example'),
      rebound('a name that begins like an address', '127.0.0.1.evil.example'),
      rebound('a name that ends like this machine', 'evil-localhost'),
      rebound('an address of all networks', '0.0.0.0:8080'),
      rebound('an address of the network', '192.168.1.10:8080'),
      rebound('an address of this machine in another spelling', '2130706433'),
      rebound('a page of its own origin', 'evil.example:8080', 'Origin: http://evil.example:8080'),
      rebound('a page that claims to be of this machine', 'evil.example', 'Origin: http://localhost:8080')
    ]
  }
}
