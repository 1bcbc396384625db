import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Peer } from './peer.ts'

/** What to type on Debian and Ubuntu. */
export const INSTALL = 'apt-get install nginx-light haproxy wrk'

/** Whether a program is on the PATH. */
export const hasCommand = (name: string, path = process.env['PATH'] ?? ''): boolean =>
  [...path.split(delimiter), '/usr/sbin'].some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** Why a peer cannot run here, or `undefined` if it can. */
export const whatIsMissing = ({ command, packages = [] }: Peer, path?: string): string | undefined => {
  if (command !== undefined && !hasCommand(command, path)) return `${command} is not installed: ${INSTALL}`
  const absent = packages.filter(name => !isInstalled(name))
  return absent.length === 0 ? undefined : `${absent.join(', ')} not installed: npm ci`
}

const isInstalled = (name: string): boolean => {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

/** @throws Error naming the programs without which nothing can be measured */
export const checkTools = (): void => {
  const absent = ['nginx', 'wrk'].filter(name => !hasCommand(name))
  if (absent.length > 0) throw new Error(`${absent.join(' and ')} not installed. On Debian and Ubuntu: ${INSTALL}`)
}
