import { ANSWER, CALL } from './answer.ts'
import type { Target } from './target.ts'

const headers = (token: string | undefined) => ({
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...(token !== undefined && { authorization: `Bearer ${token}` })
})

/** Sends the benchmark's request once. */
export const call = (url: string, token: string | undefined): Promise<Response> =>
  fetch(url, { method: 'POST', body: CALL, headers: headers(token) })

/** Whether a target answers the benchmark's request as the upstream does. */
export const serves = async (url: string, token: string | undefined): Promise<boolean> => {
  const response = await call(url, token)
  return (await response.text()) === ANSWER && response.status === 200
}

/** @throws Error where a target that should guard lets a request pass without a token, or with one whose signature is false */
export const expectGuarded = async ({ peer, url }: Target, path: string, forged: string): Promise<void> => {
  if (!peer.guards) return
  for (const token of [undefined, forged]) {
    const { status } = await call(url + path, token)
    if (status !== 401)
      throw new Error(`${peer.name} answers ${status} to ${token === undefined ? 'no' : 'a forged'} token`)
  }
}
