/** What the gateway answered. */
export interface Answer {
  /** 0 if there was no answer. */
  readonly status: number
  /** `x-sluice-error`. */
  readonly code: string | undefined
  /** Our code in the body, wherever it stands there. */
  readonly bodyCode: string | undefined
  /** `error` of the challenge, `none` without one, `undefined` without a challenge. */
  readonly error: string | undefined
}

/** Reads the first answer of what came over a connection. */
export const readAnswer = (received: string): Answer => {
  const [head = '', body = ''] = received.split('\r\n\r\n', 2)
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]
  const challenge = field('www-authenticate')
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0),
    code: field('x-sluice-error'),
    bodyCode: codeOf(body),
    error: challenge === undefined ? undefined : (/\berror="([^"]*)"/.exec(challenge)?.[1] ?? 'none')
  }
}

const codeOf = (body: string): string | undefined => {
  try {
    const { error, code } = JSON.parse(body) as { error?: { code?: unknown; data?: { code?: string } }; code?: string }
    return error?.data?.code ?? (typeof error?.code === 'string' ? error.code : code)
  } catch {
    // A page for people.
    return /\bSLUICE_[A-Z_]+/.exec(body)?.[0]
  }
}
