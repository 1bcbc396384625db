import type { Challenge, Reply } from '@sluice/plugin-api'
import type { BreachList } from './breach.ts'

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** RFC 9110 section 5.5: visible characters, spaces and tabs. */
// oxlint-disable-next-line no-control-regex -- the tab is allowed
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** Those of the connection, and of the framing, which are the core's. */
const CORE_FIELDS = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-sluice-error'
])

/** Checks a reply, of a hook or of an endpoint. Gives whether it can be sent. */
export const checkReply = (from: string, reply: Reply, breaches: BreachList): boolean => {
  let right = true
  // A policy refuses one message with a JSON-RPC error under status 200: the request itself was fine.
  const least = from.startsWith('onMcp') ? 200 : 400
  const wrong = (message: string): void => {
    right = false
    breaches.add('reply', `${from}: ${message}`)
  }
  checkParts(reply, least, wrong)
  if (right && from === 'onMcpResult' && reply.code === undefined)
    wrong('it has no code: a result can be changed or refused, not answered')
  return right
}

const checkParts = (reply: Reply, least: number, wrong: (message: string) => void): void => {
  if (typeof reply !== 'object' || reply === null) return wrong('it is neither undefined nor a reply')
  const { status, code, reason, headers = [], challenges = [], body } = reply
  if (!Number.isInteger(status) || status < 200 || status > 599)
    wrong(`status ${String(status)} is not one of 200 to 599`)
  if (code !== undefined) checkCode(code, status >= least, wrong)
  if (reason !== undefined && (typeof reason !== 'string' || /[\r\n]/.test(reason)))
    wrong('reason is not one line of text')
  if (status === 401 && challenges.length === 0) wrong('a 401 needs a challenge (RFC 9110 section 15.5.2)')
  for (const challenge of challenges) checkChallenge(challenge, wrong)
  for (const [name, value] of headers) checkField(name, value, wrong)
  if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body))
    wrong('body is neither a string nor a Buffer')
}

const checkCode = (code: string, refused: boolean, wrong: (message: string) => void): void => {
  if (!/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(code)) wrong(`code "${code}" is not of the form CONTOSO_CLOSED`)
  if (!refused) wrong(`code ${code} with an answer: only refusals and faults have a code`)
}

const checkChallenge = ({ scheme, params }: Challenge, wrong: (message: string) => void): void => {
  if (!TOKEN.test(scheme)) wrong(`the scheme "${scheme}" of a challenge is no token (RFC 9110 section 11.1)`)
  if (!(params instanceof Map)) return wrong('the params of a challenge are no Map')
  for (const [name, value] of params)
    if (!TOKEN.test(name) || !FIELD_VALUE.test(value)) wrong(`the parameter ${name} of a challenge cannot be written`)
}

const checkField = (name: string, value: string, wrong: (message: string) => void): void => {
  if (!TOKEN.test(name) || typeof value !== 'string' || !FIELD_VALUE.test(value))
    wrong(`the field ${name} cannot be written`)
  else if (CORE_FIELDS.has(name.toLowerCase())) wrong(`the field ${name} is the gateway's own`)
}
