import type { Logger } from '@sluice/plugin-api'

/** One line that a filter logged. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string | undefined
}

/** A logger that keeps its lines. */
export interface LogRecorder extends Logger {
  /** In the order in which they were logged. */
  readonly lines: readonly LogLine[]
}

/** Makes a logger that keeps its lines and prints nothing. */
export function recordLog(): LogRecorder {
  const lines: LogLine[] = []
  const at = (level: LogLine['level']) => (fields: object, message?: string) => {
    lines.push({ level, fields: { ...fields }, message })
  }
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
