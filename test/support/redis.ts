import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { freePort } from './free-port.ts'

/** Why the tests that need a Redis are skipped, if they are. */
export const noRedis: string | false =
  spawnSync('redis-server', ['--version']).error === undefined
    ? false
    : 'there is no redis-server: apt-get install redis-server'

/** A Redis of the test's own, without anything on disk. */
export class TestRedis {
  readonly url: string
  readonly #port: number
  #child: ChildProcess | undefined

  private constructor(port: number) {
    this.#port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  static async start(t: Test): Promise<TestRedis> {
    const redis = new TestRedis(await freePort())
    t.teardown(() => redis.stop())
    await redis.start()
    return redis
  }

  /** Starts it, empty, at the same address as before. */
  async start(): Promise<void> {
    const args = ['--port', String(this.#port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    this.#child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    while (!said.includes('Ready to accept connections')) {
      const [text] = (await once(this.#child.stdout!, 'data')) as [Buffer]
      said += text.toString()
    }
    this.#child.stdout!.resume()
  }

  /** Makes it hang: it keeps its connections and takes new ones, and answers nothing. */
  hang(): void {
    this.#child!.kill('SIGSTOP')
  }

  /** Lets it answer again. */
  goOn(): void {
    this.#child!.kill('SIGCONT')
  }

  /** Ends it at once, as a crash would. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
