import { ConfigError, type ConfigIssue } from '../config/issue.ts'

/** An error as it goes from thread to thread: `structuredClone` keeps neither its class nor what it has of its own. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  readonly cause: string | undefined
  /** The key that is blamed, of an error of a plugin. */
  readonly configPath: unknown
  /** Of a ConfigError. */
  readonly issues: readonly ConfigIssue[] | undefined
}

export const plainError = (error: unknown): PlainError => {
  if (!(error instanceof Error))
    return {
      name: 'Error',
      message: String(error),
      stack: undefined,
      code: undefined,
      cause: undefined,
      configPath: undefined,
      issues: undefined
    }
  const { name, message, stack, cause } = error
  const { code, configPath } = error as NodeJS.ErrnoException & { readonly configPath?: unknown }
  return {
    name,
    message,
    stack,
    code: typeof code === 'string' ? code : undefined,
    configPath: Array.isArray(configPath) ? configPath : undefined,
    cause: cause instanceof Error ? cause.message : undefined,
    issues: error instanceof ConfigError ? error.issues : undefined
  }
}

export const revivedError = ({ name, message, stack, code, configPath, cause, issues }: PlainError): Error => {
  const options = cause === undefined ? {} : { cause: new Error(cause) }
  const error = issues === undefined ? new Error(message, options) : new ConfigError(issues, options)
  return Object.assign(error, {
    name,
    ...(stack !== undefined && { stack }),
    ...(code !== undefined && { code }),
    ...(configPath !== undefined && { configPath })
  })
}
