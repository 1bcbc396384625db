import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from './free-port.ts'
import { temporaryFolder } from './temporary-folder.ts'

const missing = (program: string): string | false =>
  spawnSync(program, ['--version']).error === undefined ? false : `there is no ${program}: apt-get install prometheus`

/** Why the tests that need a Prometheus are skipped, if they are. */
export const noPrometheus = missing('prometheus')
export const noPromtool = missing('promtool')

/** A sample of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** A Prometheus of the test's own, with its data in the test's folder. */
export class TestPrometheus {
  readonly #url: string

  private constructor(url: string) {
    this.#url = url
  }

  /** Starts it with a configuration, written as JSON, which is YAML. Ends with the test. */
  static async start(t: Test, config: object): Promise<TestPrometheus> {
    const folder = temporaryFolder(t)
    const file = join(folder, 'prometheus.yml')
    writeFileSync(file, JSON.stringify(config))
    const address = `127.0.0.1:${await freePort()}`
    const options = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`]
    const child = spawn('prometheus', [...options, `--web.listen-address=${address}`], {
      stdio: ['ignore', 'ignore', 'pipe']
    })
    t.teardown(() => stop(child))
    const failed = once(child, 'exit').then(() => {
      throw new Error(`Prometheus did not start:\n${said}`)
    })
    let said = ''
    while (!said.includes('Server is ready')) {
      const [text] = (await Promise.race([once(child.stderr, 'data'), failed])) as [Buffer]
      said += text.toString()
    }
    failed.catch(() => {})
    child.stderr.resume()
    return new TestPrometheus(`http://${address}`)
  }

  /** Answers an instant query. */
  async query(query: string): Promise<readonly Sample[]> {
    const { result } = (await this.#get(`query?${new URLSearchParams({ query }).toString()}`)) as {
      readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[]
    }
    return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }))
  }

  /** Asks until the answer is right. */
  async eventually(query: string, holds: (samples: readonly Sample[]) => boolean): Promise<readonly Sample[]> {
    for (;;) {
      const samples = await this.query(query)
      if (holds(samples)) return samples
    }
  }

  /** The rules that it has loaded, and how they fare. */
  async rules(): Promise<readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]> {
    const { groups } = (await this.#get('rules')) as { readonly groups: readonly { readonly rules: [] }[] }
    return groups.flatMap(({ rules }) => rules)
  }

  async #get(path: string): Promise<unknown> {
    const { status, data, error } = (await (await fetch(`${this.#url}/api/v1/${path}`)).json()) as Record<
      string,
      unknown
    >
    if (status !== 'success') throw new Error(String(error))
    return data
  }
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
