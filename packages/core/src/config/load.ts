import type { Settings } from './settings.ts'
export interface LoadedConfig {
  readonly file: string
  readonly settings: Settings
}
