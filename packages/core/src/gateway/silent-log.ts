import type { ParentLogger } from './services.ts'

const nothing = (): void => {}

/** The log of a program that wants none. */
export const silentLog: ParentLogger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
  isLevelEnabled: () => false
}
