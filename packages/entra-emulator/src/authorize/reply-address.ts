import { type Answer, pageAnswer, redirectAnswer } from '../http/answer.ts'
import type { Parameters } from '../http/parameters.ts'
import { formPostPage } from '../pages/form-post-page.ts'

/** How the answer gets to the client (OAuth 2.0 Multiple Response Types, section 2.1). */
export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** Where the answer goes. */
export interface ReplyAddress {
  /** Registered for the client. */
  readonly redirectUri: string
  readonly mode: ResponseMode
  readonly state: string | undefined
}

const modes: readonly string[] = ['query', 'fragment', 'form_post'] satisfies ResponseMode[]

/** Whether Entra knows a response mode. */
export const isResponseMode = (mode: string): mode is ResponseMode => modes.includes(mode)

/** Reads where the answer goes; an unknown mode falls back to `query`, for the error that says so. */
export const readReplyAddress = (parameters: Parameters, redirectUri: string): ReplyAddress => {
  const mode = parameters.get('response_mode') ?? 'query'
  return { redirectUri, mode: isResponseMode(mode) ? mode : 'query', state: parameters.get('state') }
}

/** Answers the client, its state echoed (RFC 6749 section 4.1.2). Like Entra, without the `iss` of RFC 9207. */
export const replyTo = (address: ReplyAddress, values: Readonly<Record<string, string>>): Answer => {
  const { redirectUri, mode, state } = address
  const parameters = new URLSearchParams(values)
  if (state !== undefined) parameters.set('state', state)
  if (mode === 'form_post') return pageAnswer(200, formPostPage(redirectUri, parameters))
  if (mode === 'fragment') return redirectAnswer(`${redirectUri}#${parameters.toString()}`)
  return redirectAnswer(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters.toString()}`)
}
