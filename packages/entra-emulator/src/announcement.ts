import type { EntraEmulator } from './emulator.ts'

/**
 * What the command prints when it has started: what it is, where, who can sign in, and how to rotate keys.
 *
 * @param pid - The process that takes the signal.
 */
export const announce = ({ authority, directory }: EntraEmulator, pid: number): string => {
  const tenants = directory.tenants.map(({ tenantId, displayName, people }) => {
    const signingIn = people.filter(({ identityParentId }) => identityParentId === undefined)
    const names = signingIn.map(({ name, upn }) => `    ${name} <${upn}>`)
    return [`  ${displayName}: ${authority}/${tenantId}/v2.0`, ...names].join('\n')
  })
  const heading = 'Entra ID emulator: for tests and demonstrations. This is not Microsoft, and nobody really signs in.'
  const rotation = `kill -USR2 ${pid} signs with a new key from then on; the old one stays published.`
  return [heading, `Listening on ${authority}`, 'Tenants and people:', ...tenants, rotation].join('\n')
}
