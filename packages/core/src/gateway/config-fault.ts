import type { LoadedConfig } from '../config/load.ts'
import type { ConfigPath } from '../config/settings.ts'
export const configFault = (config: LoadedConfig, path: ConfigPath, message: string, options?: ErrorOptions): Error =>
  new Error(`${config.file} ${path.join('.')}: ${message}`, options)
