import type { Settings, ConfigPath } from './settings.ts'
export interface LoadedConfig {
  readonly file: string
  readonly settings: Settings
  readonly source: { locate(path: ConfigPath): { line: number; column: number } }
  readonly warnings: readonly unknown[]
}
