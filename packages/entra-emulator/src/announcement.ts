import type { EntraEmulator } from './emulator.ts'

/** What the command prints when it has started: what it is, where, and who can sign in. */
export const announce = ({ authority, directory }: EntraEmulator): string => {
  const tenants = directory.tenants.map(({ tenantId, displayName, people }) => {
    const names = people.map(({ name, upn }) => `    ${name} <${upn}>`)
    return [`  ${displayName}: ${authority}/${tenantId}/v2.0`, ...names].join('\n')
  })
  const heading = 'Entra ID emulator: for tests and demonstrations. This is not Microsoft, and nobody really signs in.'
  return [heading, `Listening on ${authority}`, 'Tenants and people:', ...tenants].join('\n')
}
