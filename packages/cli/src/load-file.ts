import { type LoadedConfig, loadConfig } from '@sluice/core'
import { builtins, pluginBases } from './builtin-plugins.ts'

/**
 * Reads a configuration file as the command serves it: with its built-in filters, and `origin` on every chain.
 *
 * @throws ConfigError
 */
export const loadFile = (file: string): Promise<LoadedConfig> =>
  loadConfig(file, { env: process.env, pluginBases, builtins, inEveryChain: ['origin'] })
