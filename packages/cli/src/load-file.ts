import { type LoadedConfig, loadConfig, type LoadOptions } from '@sluice/core'
import { builtins, pluginBases } from './builtin-plugins.ts'

/** How the command reads a configuration: with its built-in filters. */
export const loadOptions: LoadOptions = { pluginBases, builtins }

/**
 * Reads a configuration file as the command serves it.
 *
 * @throws ConfigError
 */
export const loadFile = (file: string): Promise<LoadedConfig> => loadConfig(file, loadOptions)
