import type { Explained } from '@sluice/aadsts'
import type { DoctorReport, ReportedFinding, RouteReport } from './report.ts'

/** Gives a text its colour, or leaves it as it is. */
export type Paint = (colour: 'red' | 'yellow' | 'green' | 'gray' | 'bold', text: string) => string

/** A report for people. */
export const reportText = ({ routes }: DoctorReport, paint: Paint): string =>
  routes.map(route => `${routeLines(route, paint).join('\n')}\n`).join('\n')

const routeLines = (report: RouteReport, paint: Paint): readonly string[] => {
  const { route, url, skipped, authorizationServer, findings, unchecked, clean, gateway, tried } = report
  const title = `${paint('bold', `Route ${route}`)}  ${url}`
  if (skipped !== undefined) return [title, `  not examined: ${skipped}`]
  return [
    title,
    paint('gray', `  signs in at ${authorizationServer}`),
    ...findings.flatMap(finding => findingLines(finding, paint)),
    ...gatewayLines(gateway, paint),
    ...triedLines(tried, paint),
    ...unchecked.map(({ id, title: what, needs }) => paint('gray', `  ? ${id} ${what}: not checked, needs ${needs}`)),
    ...(clean.length > 0 ? [paint('green', `  ✓ clean: ${clean.join(', ')}`)] : [])
  ]
}

const findingLines = (finding: ReportedFinding, paint: Paint): readonly string[] => {
  const { id, title, severity, codes, evidence, clients, remedy } = finding
  const wrong = severity === 'fault'
  const named = codes.length > 0 ? `${codes.join(', ')}: ${title}` : title
  return [
    paint(wrong ? 'red' : 'yellow', `  ${wrong ? '✗' : '!'} ${id} ${named}`),
    `      ${evidence}.`,
    `      Hit: ${clients}.`,
    `      ${wrong ? 'Mend' : 'What helps'}: ${remedy.text}`,
    ...block('sluice.yaml', remedy.configuration?.split('\n'), paint),
    ...block('manifest', remedy.manifest && JSON.stringify(remedy.manifest, undefined, 2).split('\n'), paint),
    ...block('az', remedy.commands, paint)
  ]
}

const block = (name: string, lines: readonly string[] | undefined, paint: Paint): readonly string[] =>
  lines === undefined ? [] : [paint('gray', `      ${name}:`), ...lines.map(line => `        ${line}`)]

const gatewayLines = (gateway: RouteReport['gateway'], paint: Paint): readonly string[] => {
  if (gateway === undefined) return []
  if ('missing' in gateway)
    return [paint('gray', `  ? the gateway’s own registration was not tried: ${gateway.missing}`)]
  if ('accepted' in gateway)
    return [paint('green', '  ✓ Entra takes the request of the gateway itself; its credential was not tried')]
  return refusalLines('the gateway’s own request at Entra', gateway, paint)
}

const triedLines = (tried: RouteReport['tried'], paint: Paint): readonly string[] => {
  if (tried === undefined) return []
  if ('missing' in tried) return [paint('gray', `  ? the client was not tried: ${tried.missing}`)]
  return refusalLines('the client that was tried', tried, paint)
}

const refusalLines = (who: string, { code, meaning, fix }: Explained, paint: Paint): readonly string[] => [
  paint('red', `  ✗ ${who}: ${code}`),
  `      ${meaning}`,
  `      Mend: ${fix}`
]
