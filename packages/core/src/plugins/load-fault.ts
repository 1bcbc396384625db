import type { LoadedPlugin } from './loaded-plugin.ts'

/** What to do about an error of Node's loader, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND: 'Install what the plugin imports, beside it.',
  ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING: 'A package ships JavaScript: Node strips no types inside node_modules.',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Use only types that can be stripped: no enums, parameter properties or namespaces.',
  ERR_INVALID_TYPESCRIPT_SYNTAX: 'Mend the syntax of the plugin.',
  ERR_PACKAGE_PATH_NOT_EXPORTED: 'The package has no main entry: its author must export one.'
}

/** Puts into words why a plugin that was found cannot be loaded. */
export const loadFault = (name: string, error: unknown): LoadedPlugin => {
  const { message, code = '' }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
  const [line = ''] = message.split('\n')
  return {
    ok: false,
    message: `the plugin ${name} cannot be loaded: ${line}`,
    advice: ADVICE[code] ?? 'Mend the plugin, or its dependencies.'
  }
}
