import { randomUUID } from 'node:crypto'
import { type Answer, jsonAnswer } from '../http/answer.ts'
import type { Received } from '../http/received.ts'

/** A request that Microsoft Graph refuses. */
export class GraphError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'GraphError'
    this.status = status
    this.code = code
  }
}

/** Writes an error as Microsoft Graph does. */
export const answerGraphError = (
  { status, code, message }: GraphError,
  { headers }: Received,
  now: number,
  more: Record<string, string> = {}
): Answer => {
  const id = randomUUID()
  const asked = headers['client-request-id']
  const clientId = typeof asked === 'string' ? asked : id
  const date = new Date(now).toISOString().replace(/\.\d+Z$/, '')
  const innerError = { date, 'request-id': id, 'client-request-id': clientId }
  return jsonAnswer(status, { error: { code, message, innerError } }, { 'request-id': id, ...more })
}
