import { styleText } from 'node:util'
import type { LoadedConfig, RouteSettings } from '@sluice/core'
import { readRegistration, type Registration, takeApart } from '@sluice/doctor'
import { type Command, type CommandOptions, configOption, UsageError } from '../command.ts'
import { decode, decodedText, decodedValue } from '../doctor/decode.ts'
import { examineRoute } from '../doctor/examine-route.ts'
import { reportOf, type RouteReport } from '../doctor/report.ts'
import { type Paint, reportText } from '../doctor/report-text.ts'
import { signInConfig, type SurveyOptions } from '../doctor/survey.ts'
import { type TokenReport, tokenText } from '../doctor/token-report.ts'
import { startTrial } from '../doctor/trial-gateway.ts'
import { loadFile } from '../load-file.ts'
import { readNamedFile } from '../named-file.ts'
import { issuesOf, reportIssues } from '../report.ts'

/**
 * `sluice doctor`: predicts what goes wrong between clients and Entra ID with this configuration; explains a code of Entra;
 * says why a token is refused. For people at a terminal, JSON when piped or with `--json`.
 */
export const doctor: Command = {
  name: 'doctor',
  summary: 'predict what clients will stumble over at Entra ID; explain a code of Entra, or why a token is refused',
  forms: ['[options]', '--token FILE [--route NAME]', '--decode CODE'],
  exitCodes:
    '0 nothing is wrong that could be mended, 1 something is or the token is refused or the code is not known, 2 the command line is wrong or names a file that cannot be read.',
  options: {
    ...configOption,
    route: { type: 'string', value: 'NAME', description: 'look at this route alone' },
    'graph-token': {
      type: 'string',
      value: 'FILE',
      description:
        'token of Microsoft Graph with Application.Read.All, to read the app registration; - is standard input'
    },
    registration: {
      type: 'string',
      value: 'FILE',
      description: 'the app registration, as az ad app show writes it, in place of --graph-token'
    },
    client: { type: 'string', value: 'ID', description: 'try the authorization request of this client' },
    'redirect-uri': { type: 'string', value: 'URI', description: 'redirect URI of --client' },
    token: { type: 'string', value: 'FILE', description: 'say what each route makes of this access token' },
    decode: { type: 'string', value: 'CODE', description: 'explain a code of Entra, or those of a whole message' },
    json: { type: 'boolean', description: 'JSON at a terminal, too' }
  },
  run: async options => {
    const { decode: code, token } = options.values
    checkTogether(options)
    if (typeof code === 'string') return decodeCode(code, options)
    try {
      const config = await loadFile(options.configFile)
      const routes = chosenRoutes(config, options)
      return typeof token === 'string'
        ? await judgeToken(readToken('token', token), config, routes, options)
        : await examineRoutes(config, routes, options)
    } catch (error) {
      if (error instanceof UsageError) throw error
      reportIssues(issuesOf(error))
      return 1
    }
  }
}

const decodeCode = (text: string, options: CommandOptions): number => {
  const decoding = decode(text)
  write(options, decodedValue(decoding), () => decodedText(decoding, paint))
  return 'codes' in decoding ? 0 : 1
}

const chosenRoutes = ({ settings: { routes } }: LoadedConfig, { values }: CommandOptions): readonly RouteSettings[] => {
  const { route: name } = values
  if (name === undefined) return routes
  const chosen = routes.filter(route => route.name === name)
  if (chosen.length === 0) {
    const names = routes.map(route => route.name).join(', ')
    throw new UsageError(`there is no route "${String(name)}". There are ${names}`)
  }
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
    graphToken: typeof graphToken === 'string' ? readToken('graph-token', graphToken) : undefined,
    registration: typeof registration === 'string' ? registrationIn(registration) : undefined,
    client: typeof client === 'string' ? { clientId: client, redirectUri: String(redirectUri) } : undefined
  }
}

const registrationIn = (file: string): Registration => {
  const text = readNamedFile(file)
  try {
    return readRegistration(JSON.parse(text))
  } catch (error) {
    // What is wrong with the text is not said, since that would repeat it: it could be a token.
    const message = error instanceof SyntaxError ? 'that is not JSON' : (error as Error).message
    throw new UsageError(`${file}: ${message}`, { cause: error })
  }
}

/** A token in a file, also one that was copied with its header. Nothing of it is repeated. */
const readToken = (option: string, file: string): string => {
  const token = readNamedFile(file)
    .trim()
    .replace(/^(?:authorization:\s*)?bearer\s+/i, '')
  if (token === '') throw new UsageError(`--${option}: ${file} is empty`)
  // What no header can carry never reached a gateway either.
  if (!/^[!-~]+$/.test(token)) throw new UsageError(`--${option}: ${file} holds no token on one line`)
  return token
}

/** Options that would be passed over beside another one. */
const apart: Readonly<Record<string, readonly string[]>> = {
  decode: ['token', 'route', 'graph-token', 'registration', 'client', 'redirect-uri'],
  token: ['graph-token', 'registration', 'client', 'redirect-uri'],
  registration: ['graph-token']
}

const checkTogether = ({ values }: CommandOptions): void => {
  for (const [one, others] of Object.entries(apart)) {
    const other = others.find(name => values[name] !== undefined)
    if (values[one] !== undefined && other !== undefined)
      throw new UsageError(`--${one} and --${other} do not go together`)
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
