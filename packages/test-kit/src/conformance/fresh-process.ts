import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Breach, BreachList } from './breach.ts'
import { outcomeOf } from './child-outcome.ts'
import type { ConformanceOptions } from './options.ts'

/** What the fresh process is told. */
export interface FreshTask extends Omit<ConformanceOptions, 'module' | 'configs' | 'directory'> {
  readonly module: string
  /** With their defaults. */
  readonly configs: readonly object[]
  readonly directory: string
  readonly name: string
}

const MAIN = fileURLToPath(new URL(`./fresh-process-main${extname(import.meta.url)}`, import.meta.url))
/** Milliseconds after which a plugin that never lets go of the process is ended. */
const AT_MOST = 60_000

/** Imports a plugin where nothing else runs, takes requests through its filters, and takes over what was found there. */
export const checkInFreshProcess = async (task: FreshTask, breaches: BreachList): Promise<void> => {
  const flags = ['--expose-gc', '--disable-warning=ExperimentalWarning', ...conditions()]
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe'] as const
  // SIGKILL: a plugin may listen for the others.
  const limit = { timeout: AT_MOST, killSignal: 'SIGKILL' } as const
  const child = spawn(process.execPath, [...flags, MAIN], { stdio: [...stdio], ...limit })
  const [stdin, ...outputs] = child.stdio as unknown as [Writable, Readable, Readable, Readable]
  // Who ends before it has read everything says so by its exit code.
  stdin.on('error', () => {})
  stdin.end(JSON.stringify(task))
  const { texts, code, signal, held } = await outcomeOf(child, outputs)
  const [printed = '', complained = '', found = ''] = texts
  if (held) breaches.add('close', 'a process that it started goes on, and holds the output of its own')
  for (const { check, message } of lines(found)) breaches.add(check, message)
  if (code !== 0) {
    const last = complained.trim().split('\n').slice(0, 8).join('\n    ')
    breaches.add('import', `a process of its own ended with ${signal ?? `exit code ${code}`}: ${last}`)
  } else if (printed + complained !== '') {
    breaches.add('import', `it prints: ${JSON.stringify((printed + complained).slice(0, 200))}`)
  }
}

const lines = (found: string): readonly Breach[] =>
  found.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Breach]))

/** Those of this process, so that a plugin is resolved there as here. */
const conditions = (): readonly string[] =>
  process.execArgv.flatMap((flag, i, flags) => {
    if (/^(?:--conditions|-C)=/.test(flag)) return [flag]
    return flag === '--conditions' || flag === '-C' ? [flag, flags[i + 1]!] : []
  })
