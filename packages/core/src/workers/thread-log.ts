import type { Logger } from '@sluice/plugin-api'
import type { ParentLogger } from '../gateway/services.ts'
import type { FromWorker, LogLevel } from './messages.ts'
import { plainError } from './plain-error.ts'

/** A log whose lines are written by the main thread, in their order. */
export const threadLog = (tell: (message: FromWorker) => void, levels: readonly LogLevel[]): ParentLogger => {
  const logger = (bindings: object): ParentLogger & Logger => {
    const at =
      (level: LogLevel) =>
      (fields: object, message?: string): void => {
        if (levels.includes(level)) tell({ kind: 'log', level, fields: plain({ ...bindings, ...fields }), message })
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: more => logger({ ...bindings, ...more }),
      isLevelEnabled: level => levels.some(written => written === level)
    }
  }
  return logger({})
}

/** Errors in the shape in which pino writes them; of what cannot go to another thread, what can be written of it. */
const plain = (fields: object): object => {
  const named = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? errorFields(value) : value])
  )
  try {
    return structuredClone(named)
  } catch {
    return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, written(value)]))
  }
}

/** A log line must never fail: a socket is a circle of things that no other thread can have. */
const written = (value: unknown): unknown => {
  try {
    return structuredClone(value)
  } catch {
    return withoutFunctions(value)
  }
}

const withoutFunctions = (value: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null')
  } catch {
    return `[${typeof value} that cannot be written]`
  }
}

const errorFields = (error: Error): object => {
  const { name, message, stack, code, cause } = plainError(error)
  return {
    type: name,
    message: cause === undefined ? message : `${message}: ${cause}`,
    stack,
    ...(code !== undefined && { code })
  }
}
