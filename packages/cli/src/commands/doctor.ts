import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { explain, type Explained } from '@sluice/aadsts'
import type { LoadedConfig, RouteSettings } from '@sluice/core'
import { readRegistration, type Registration, takeApart } from '@sluice/doctor'
import { type Command, type CommandOptions, UsageError } from '../command.ts'
import { examineRoute } from '../doctor/examine-route.ts'
import { reportOf, type RouteReport } from '../doctor/report.ts'
import { type Paint, reportText } from '../doctor/report-text.ts'
import { signInConfig, type SurveyOptions } from '../doctor/survey.ts'
import { type TokenReport, tokenText } from '../doctor/token-report.ts'
import { startTrial } from '../doctor/trial-gateway.ts'
import { loadFile } from '../load-file.ts'
import { issuesOf, reportIssues } from '../report.ts'

/**
 * `sluice doctor`: predicts what goes wrong between clients and Entra ID with this configuration; explains a code of Entra;
 * says why a token is refused. For people at a terminal, JSON when piped or with `--json`.
 */
export const doctor: Command = {
  name: 'doctor',
  summary: 'predict what clients will stumble over at Entra ID; --decode CODE explains a code, --token FILE a refusal',
  synopsis:
    '[--route NAME] [--graph-token FILE | --registration FILE] [--client ID --redirect-uri URI] [--token FILE] [--decode CODE] [--json]',
  options: {
    route: { type: 'string' },
    'graph-token': { type: 'string' },
    registration: { type: 'string' },
    client: { type: 'string' },
    'redirect-uri': { type: 'string' },
    token: { type: 'string' },
    decode: { type: 'string' },
    json: { type: 'boolean' }
  },
  run: async options => {
    const { decode, token } = options.values
    if (typeof decode === 'string') return decodeCode(decode, options)
    try {
      const config = await loadFile(options.configFile)
      const routes = chosenRoutes(config, options)
      return typeof token === 'string'
        ? await judgeToken(readText(token).trim(), config, routes, options)
        : await examineRoutes(config, routes, options)
    } catch (error) {
      if (error instanceof UsageError) throw error
      reportIssues(issuesOf(error))
      return 1
    }
  }
}

const decodeCode = (text: string, options: CommandOptions): number => {
  const found = explain(text)
  write(options, found ?? { code: null }, () =>
    found === undefined
      ? 'There is no AADSTS code in that which is known here. Microsoft explains all: https://login.microsoftonline.com/error\n'
      : `${paint('bold', found.code)}\n${found.meaning}\n${found.fix}\n${atFacade(found)}`
  )
  return found === undefined ? 1 : 0
}

const atFacade = ({ atFacade: text }: Explained): string =>
  text === undefined ? '' : `Where entra-oauth stands in front of Entra: ${text}\n`

const chosenRoutes = ({ settings: { routes } }: LoadedConfig, { values }: CommandOptions): readonly RouteSettings[] => {
  const { route: name } = values
  if (name === undefined) return routes
  const chosen = routes.filter(route => route.name === name)
  if (chosen.length === 0) throw new UsageError(`there is no route "${String(name)}"`)
  return chosen
}

const examineRoutes = async (
  config: LoadedConfig,
  routes: readonly RouteSettings[],
  options: CommandOptions
): Promise<number> => {
  const added = surveyOptions(options)
  const reports: RouteReport[] = []
  for (const route of routes) {
    progress(`examining route ${route.name}…`)
    reports.push(await examineRoute(config, route, added))
  }
  progress('')
  const report = reportOf(options.configFile, reports)
  write(options, report, () => reportText(report, paint))
  return report.ok ? 0 : 1
}

const judgeToken = async (
  token: string,
  config: LoadedConfig,
  routes: readonly RouteSettings[],
  options: CommandOptions
): Promise<number> => {
  // What no header can carry never reached a gateway either; nothing of it is repeated.
  if (!/^[!-~]+$/.test(token)) throw new UsageError('--token: that holds no token on one line')
  const verdicts: TokenReport['routes'][number][] = []
  const guarded = routes.filter(route => signInConfig(config, route) !== undefined)
  if (guarded.length === 0) throw new UsageError('--token: no route has jwt-entra, so none looks at tokens')
  for (const route of guarded) {
    progress(`asking route ${route.name}…`)
    const trial = await startTrial(config, route)
    try {
      verdicts.push({ route: route.name, verdict: await trial.verdictOn(token) })
    } finally {
      await trial.close()
    }
  }
  progress('')
  const report = { ok: verdicts.every(({ verdict }) => verdict.accepted), token: takeApart(token), routes: verdicts }
  write(options, report, () => tokenText(report, paint))
  return report.ok ? 0 : 1
}

const surveyOptions = ({ values }: CommandOptions): SurveyOptions => {
  const { 'graph-token': graphToken, registration, client, 'redirect-uri': redirectUri } = values
  if ((client === undefined) !== (redirectUri === undefined)) {
    throw new UsageError('--client and --redirect-uri go together')
  }
  return {
    graphToken: typeof graphToken === 'string' ? readText(graphToken).trim() : undefined,
    registration: typeof registration === 'string' ? registrationIn(registration) : undefined,
    client: typeof client === 'string' ? { clientId: client, redirectUri: String(redirectUri) } : undefined
  }
}

const registrationIn = (file: string): Registration => {
  const text = readText(file)
  try {
    return readRegistration(JSON.parse(text))
  } catch (error) {
    // What is wrong with the text is not said, since that would repeat it: it could be a token.
    const message = error instanceof SyntaxError ? 'that is not JSON' : (error as Error).message
    throw new UsageError(`${file}: ${message}`, { cause: error })
  }
}

/** A file's text, or for `-` what is on standard input. */
const readText = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error })
  }
}

const paint: Paint = (colour, text) => styleText(colour, text)

const write = ({ values }: CommandOptions, value: object, text: () => string): void => {
  const json = values['json'] === true || !process.stdout.isTTY
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : text())
}

/** One line at a terminal that the next one takes the place of. */
const progress = (text: string): void => {
  if (process.stderr.isTTY && process.stdout.isTTY) process.stderr.write(`\r\u001B[K${text}`)
}
