/** What pino offers of this shape. */
export interface Logger {
  debug(o: object, msg?: string): void
  info(o: object, msg?: string): void
  warn(o: object, msg?: string): void
  error(o: object, msg?: string): void
}
