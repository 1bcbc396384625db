import { dirname, resolve } from 'node:path'

/** What `${…}` in a scalar may refer to. */
export interface SubstitutionScope {
  readonly env: NodeJS.ProcessEnv
  /** The configuration file, whose folder relative `${file:…}` paths start from. */
  readonly file: string
  /** Reads a file as text. @throws Error as node:fs does */
  readonly read: (file: string) => string
}

/** A scalar after substitution, or why there is none. */
export type Substituted =
  | { readonly ok: true; readonly value: string; readonly changed: boolean }
  | { readonly ok: false; readonly message: string; readonly advice: string }

const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}/g
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/

/**
 * Replaces `${NAME}`, `${NAME:-default}` (also where the variable is empty) and `${file:path}` (the file's text without
 * its last newline); `$${` stands for a literal `${`.
 */
export const substitute = (text: string, scope: SubstitutionScope): Substituted => {
  let failure: Substituted | undefined
  let changed = false
  const value = text.replaceAll(PLACEHOLDER, (whole, inner: string | undefined) => {
    changed = true
    if (inner === undefined) return '${'
    const found = lookUp(inner, whole, scope)
    if (typeof found === 'string') return found
    failure ??= found
    return ''
  })
  return failure ?? { ok: true, value, changed }
}

const lookUp = (inner: string, whole: string, scope: SubstitutionScope): string | Substituted => {
  if (inner.startsWith('file:')) return readSecret(inner.slice(5), scope)
  const [, name, fallback] = NAME.exec(inner) ?? []
  if (name === undefined) {
    const advice = 'Write ${NAME}, ${NAME:-default} or ${file:/path}; $${ stands for a literal ${.'
    return { ok: false, message: `${whole} is no substitution`, advice }
  }
  const value = scope.env[name]
  if (value !== undefined && (value !== '' || fallback === undefined)) return value
  if (fallback !== undefined) return fallback
  const advice = `Set it, or give it a default: \${${name}:-…}.`
  return { ok: false, message: `the environment variable ${name} is not set`, advice }
}

const readSecret = (path: string, scope: SubstitutionScope): string | Substituted => {
  const file = resolve(dirname(scope.file), path)
  try {
    return scope.read(file).replace(/\r?\n$/, '')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    return {
      ok: false,
      message: `the file ${file} cannot be read (${code})`,
      advice: 'Check that it exists and may be read.'
    }
  }
}
