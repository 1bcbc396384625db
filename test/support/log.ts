import type { ParentLogger } from '@sluice/core'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Record<string, unknown>
  readonly message: string
}

/** What an operator is told: the lines above `debug`, which has one for each exchange. */
export const told = ({ log }: { readonly log: readonly LogLine[] }): readonly LogLine[] =>
  log.filter(({ level }) => level !== 'debug')

/** A logger that keeps its lines. */
export const recordingLog = (): { log: ParentLogger; lines: LogLine[] } => {
  const lines: LogLine[] = []
  const logger = (bindings: object): ParentLogger => {
    const at =
      (level: LogLine['level']) =>
      (fields: object, message = ''): void =>
        void lines.push({ level, fields: { ...bindings, ...fields }, message })
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: more => logger({ ...bindings, ...more })
    }
  }
  return { log: logger({}), lines }
}
