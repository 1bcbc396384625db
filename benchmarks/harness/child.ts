import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pinned, type Role } from './cores.ts'

/** How long a process may take to end by itself, in milliseconds. */
const PATIENCE_MS = 5000

/** Those that run: none outlives us. */
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach(child => child.kill('SIGTERM')))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** A process of ours, on the core of its role. What it writes to stderr is kept for the error if it fails. */
export class Child {
  readonly pid: number
  readonly #process: ChildProcess
  readonly #exited: Promise<unknown>
  #stderr = ''

  constructor(role: Role, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [program = '', ...args] = pinned(role, command)
    this.#process = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', PATH: `${process.env['PATH']}:/usr/sbin`, ...env }
    })
    running.add(this.#process)
    this.#exited = once(this.#process, 'exit').then(() => running.delete(this.#process))
    this.#process.stderr!.on('data', (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk).slice(-4000)))
    // taskset becomes the program: the pid is the program's own.
    this.pid = this.#process.pid!
  }

  get exited(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Ends it, kindly first. */
  async stop(): Promise<void> {
    if (this.exited) return
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE_MS)
    await this.#exited
    clearTimeout(timer)
  }
}
