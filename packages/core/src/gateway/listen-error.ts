import { ConfigError, type ConfigSource, type Finding, issueOf } from '../config/issue.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Address } from '../config/settings.ts'

/** An address of the configuration that cannot be listened on. */
export class ListenError extends ConfigError {
  override name = 'ListenError'
  /** Of node:net's own error, which is the cause: `EADDRINUSE` and others. */
  readonly code: string

  constructor(code: string, finding: Finding, source: ConfigSource, cause: Error) {
    super([issueOf(source, finding)], { cause })
    this.code = code
  }
}

/** The error for one of node:net's that is about the address of a listener; any other as it is. */
export const listenError = (
  error: NodeJS.ErrnoException,
  listener: 'listen' | 'admin',
  { settings, source }: Pick<LoadedConfig, 'settings' | 'source'>
): Error => {
  const { code = '' } = error
  const found = FINDINGS[code]
  if (found === undefined) return error
  const { key, message, advice } = found(settings[listener], listener)
  return new ListenError(code, { path: [listener, key], message, advice }, source, error)
}

type Found = (
  address: Address,
  listener: string
) => { readonly key: string; readonly message: string; readonly advice: string }

const noHost: Found = ({ host }, listener) => ({
  key: 'host',
  message: `there is no host ${host}`,
  advice: `Change ${listener}.host to an address of this machine.`
})

const FINDINGS: Readonly<Record<string, Found>> = {
  EADDRINUSE: ({ host, port }, listener) => ({
    key: 'port',
    message: `${host}:${port} is in use`,
    advice: `End the process that listens there, or change ${listener}.port.`
  }),
  EACCES: ({ host, port }, listener) => ({
    key: 'port',
    message: `this user may not listen on ${host}:${port}`,
    advice: `Change ${listener}.port to one above 1023.`
  }),
  EADDRNOTAVAIL: ({ host }, listener) => ({
    key: 'host',
    message: `${host} is no address of this machine`,
    advice: `Change ${listener}.host to one, or to 0.0.0.0 for all of them.`
  }),
  ENOTFOUND: noHost,
  EAI_AGAIN: noHost
}
