import type { Plugin } from '@sluice/plugin-api'
import type { Validator } from '../config/validate.ts'

/** A plugin with the validator of its schema, or why there is none. */
export type LoadedPlugin =
  | { readonly ok: true; readonly plugin: Plugin; readonly validator: Validator }
  | { readonly ok: false; readonly message: string; readonly advice: string }
