import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** The revisions of MCP that the suite has a frozen set of scenarios for. */
export const REVISIONS = ['2025-11-25', '2026-07-28'] as const
export type Revision = (typeof REVISIONS)[number]

/** What the suite found: a check may be made several times in a scenario. */
export interface CheckResult {
  readonly scenario: string
  readonly check: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED'
}

interface Check {
  readonly id: string
  readonly status: CheckResult['status'] | 'INFO'
}

const COMMAND = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/dist/index.js')
/** Milliseconds that one scenario may take; the slowest takes two seconds. */
const SCENARIO_MS = '20000'
/** Far more than a run needs, less than a test may take. */
const TIMEOUT_MS = 90_000

/**
 * Runs the server scenarios of a revision, those included that the suite does not score, and returns every check.
 *
 * @throws Error when a scenario has no result, with what the suite printed.
 */
export const runSuite = async (url: string, revision: Revision): Promise<CheckResult[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-conformance-'))
  try {
    const output = await print(
      ['server', '--url', url, '--requirements', revision, '--timeout', SCENARIO_MS, '-o', folder],
      folder
    )
    const names = readdirSync(folder)
    const results = names.flatMap(name => read(folder, name))
    const ran = new Set(names.map(scenarioOf))
    const started = Array.from(output.matchAll(/^=== Running scenario: (\S+) ===$/gm), ([, scenario]) => scenario!)
    if (started.length === 0 || !started.every(scenario => ran.has(scenario)))
      throw new Error(`the suite has not run all of its scenarios:\n${output}`)
    return results.toSorted((a, b) => compare(keyOf(a), keyOf(b)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What the suite prints. It exits with 1 when a scored check fails, which its results tell better. */
const print = async (args: readonly string[], cwd: string): Promise<string> => {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { HOME: cwd },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS
  })
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return out + errors
}

/** What is only for information is left out: how many there are of it may depend on the moment. */
const read = (folder: string, name: string): CheckResult[] => {
  const scenario = scenarioOf(name)
  const checks: Check[] = JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8'))
  return checks.flatMap(({ id, status }) => (status === 'INFO' ? [] : { scenario, check: id, status }))
}

/** A scenario's folder is named for it and for the moment. */
const scenarioOf = (name: string): string => /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1] ?? name

const keyOf = ({ scenario, check, status }: CheckResult): string => [scenario, check, status].join(' ')

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
