import { type ChildProcessByStdio, execFile, spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { Test } from 'tap'

const exec = promisify(execFile)

/** Why nothing can be confined here as a container is, if so. */
export const noContainers: string | false =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', '--pid', '--net', '--fork', 'ip', 'link']).status === 0
    ? false
    : 'namespaces are made by root on Linux, with unshare and ip'

/** What a container is started with: what its image, its compose service or its pod says. */
export interface ContainerOptions {
  /** Host folder by the folder that it is read-only in the container. */
  readonly mounts: Readonly<Record<string, string>>
  readonly command: readonly string[]
  /** All of its environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Shares the network of this one. Default: one of its own, with nothing but loopback. */
  readonly network?: Container
}

/** As distroless sets it. */
const OF_THE_IMAGE = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** User and group of distroless' nonroot. */
export const NONROOT = 65532

/** Mounts what the arguments say, makes everything read-only, and becomes the command behind `--`. */
const ENTER = `
ip link set lo up
mount --make-rprivate /
root=$1
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
shift
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$2"
  mount -o remount,ro,bind "$root$2"
  shift 2
done
shift
mount -o remount,ro,bind "$root"
exec env -i "$@"
`

/**
 * A root file system like that of distroless' Node: the node that runs this, what it is linked with, and nothing else.
 * No shell, no /tmp, no certificates.
 */
export const nodeRoot = async (folder: string): Promise<string> => {
  const { stdout } = await exec('ldd', [process.execPath])
  const libraries = Array.from(stdout.matchAll(/(?<=\s)\/\S+/g), ([path]) => path)
  const files = [['/nodejs/bin/node', process.execPath] as const, ...libraries.map(path => [path, path] as const)]
  for (const [inside, outside] of files) {
    mkdirSync(join(folder, dirname(inside)), { recursive: true })
    copyFileSync(outside, join(folder, inside))
  }
  mkdirSync(join(folder, 'proc'))
  return folder
}

/** What an HTTP request was answered with. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const FETCH = `const [url, init] = process.argv.slice(1)
const answer = await fetch(url, JSON.parse(init))
const headers = Object.fromEntries(answer.headers)
console.log(JSON.stringify({ status: answer.status, headers, body: await answer.text() }))`

/** A process confined as an engine confines a container's: own namespaces, a read-only root, an unprivileged user. */
export class Container {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>
  readonly #lines: string[] = []
  readonly #printed = new EventEmitter()

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child
    this.#closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    for (const stream of [child.stdout, child.stderr])
      createInterface(stream).on('line', line => {
        this.#lines.push(line)
        this.#printed.emit('line')
      })
  }

  /** Starts a command on a root file system. It ends with the test. */
  static start(t: Test, root: string, { mounts, command, env, network }: ContainerOptions): Container {
    for (const inside of Object.keys(mounts)) mkdirSync(join(root, inside), { recursive: true })
    const joined = network === undefined ? [] : ['nsenter', `--net=/proc/${network.pid}/ns/net`]
    const own = ['--mount', '--pid', '--ipc', '--uts', ...(network === undefined ? ['--net'] : [])]
    const binds = Object.entries(mounts).flatMap(([inside, host]) => [host, inside])
    const variables = Object.entries({ PATH: OF_THE_IMAGE, ...env }).map(([name, value]) => `${name}=${value}`)
    const become = ['setpriv', '--no-new-privs', 'chroot', `--userspec=${NONROOT}:${NONROOT}`, root, ...command]
    const enter = ['unshare', '--fork', ...own, 'sh', '-ec', ENTER, 'sh', root, ...binds, '--', ...variables, ...become]
    const [file = '', ...args] = [...joined, ...enter]
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const container = new Container(child)
    t.teardown(() => container.#kill())
    return container
  }

  /** The process that is number 1 inside, by its number outside. */
  get pid(): number {
    const parent = this.#child.pid!
    const pid = Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8'))
    // Of a signal, 0 is the whole group of the one who sends it.
    if (pid === 0) throw new Error('It has not begun, or has ended')
    return pid
  }

  /** Gives a line that it prints, or has printed. @throws Error with all lines if it ends without it */
  async prints(pattern: RegExp, from = 0): Promise<string> {
    for (let at = from; ; at++) {
      while (at === this.#lines.length) {
        const ended = await Promise.race([once(this.#printed, 'line').then(() => false), this.#closed.then(() => true)])
        if (ended && at === this.#lines.length)
          throw new Error(`It ended without ${pattern}:\n${this.#lines.join('\n')}`)
      }
      if (pattern.test(this.#lines[at]!)) return this.#lines[at]!
    }
  }

  /** What the kernel says of it, by the name of a line of /proc/PID/status. */
  status(name: string): string {
    const [, value = ''] = new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))!
    return value
  }

  /** Runs another process inside, as `docker exec` and `kubectl exec` do; gives what it printed. */
  async exec(...command: readonly string[]): Promise<string> {
    const as = ['--setuid', String(NONROOT), '--setgid', String(NONROOT)]
    const enter = ['nsenter', '--target', String(this.pid), '--pid', '--net', '--root', ...as]
    return (await exec('env', ['-i', `PATH=${OF_THE_IMAGE}`, ...enter, ...command])).stdout
  }

  /** Runs a module of this repository in its network. */
  async beside(...args: readonly string[]): Promise<string> {
    const node = ['env', '-u', 'NODE_OPTIONS', process.execPath, '--conditions=@sluice/source', ...args]
    return (await exec('nsenter', [`--net=/proc/${this.pid}/ns/net`, ...node])).stdout
  }

  /** Sends a request from its network. */
  async fetch(url: string, init: RequestInit = {}): Promise<Answer> {
    return JSON.parse(await this.beside('--input-type=module', '--eval', FETCH, url, JSON.stringify(init))) as Answer
  }

  /** Asks until something holds, a hundred times at the most. @throws Error with all lines if it never does */
  async until(holds: () => Promise<boolean>): Promise<void> {
    for (let asked = 0; asked < 100; asked++) if (await holds()) return
    throw new Error(`It never came to be:\n${this.#lines.join('\n')}`)
  }

  /** Not by its parent: a process that has changed its user no longer dies with it. */
  async #kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL')
  }

  /** Sends it a signal and gives its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    process.kill(this.pid, signal)
    return (await this.#closed)[0]
  }
}
