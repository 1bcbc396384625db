import type { TokenContents } from '@sluice/doctor'
import type { Paint } from './report-text.ts'
import type { TokenVerdict } from './trial-gateway.ts'

/** What a token is, and what each route makes of it. */
export interface TokenReport {
  /** Whether every route that was asked lets it in. */
  readonly ok: boolean
  /** `undefined` for a token that is no JWT. */
  readonly token: TokenContents | undefined
  readonly routes: readonly { readonly route: string; readonly verdict: TokenVerdict }[]
}

const rows = (entries: TokenContents['claims']): string[] =>
  entries.map(({ name, value, time, cut }) => {
    const text = cut === true ? String(value) : JSON.stringify(value)
    return `  ${name.padEnd(16)} ${text}${time === undefined ? '' : ` (${time})`}`
  })

/** A report for people. */
export const tokenText = ({ token, routes }: TokenReport, paint: Paint): string => {
  const contents =
    token === undefined
      ? ['It is no signed JWT: there is nothing to show.']
      : [
          paint('bold', 'Header'),
          ...rows(token.header),
          paint('bold', 'Claims'),
          ...rows(token.claims),
          ...(token.otherClaims.length > 0 ? [paint('gray', `  not shown: ${token.otherClaims.join(', ')}`)] : [])
        ]
  const verdicts = routes.flatMap(({ route, verdict }) =>
    verdict.accepted
      ? [paint('green', `✓ route ${route} lets it in`)]
      : [paint('red', `✗ route ${route} refuses it: ${verdict.status} ${verdict.code}`), `    ${verdict.reason}`]
  )
  return `${[...contents, ...verdicts].join('\n')}\n`
}
