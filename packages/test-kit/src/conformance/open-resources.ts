import { createHook } from 'node:async_hooks'
import { findPackageJSON } from 'node:module'
import { pathToFileURL } from 'node:url'

/** What stays until somebody closes it, by Node's names for it. */
const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'a timer',
  FSEVENTWRAP: 'a file watcher',
  STATWATCHER: 'a file watcher',
  TCPSERVERWRAP: 'a server',
  PIPESERVERWRAP: 'a server',
  UDPWRAP: 'a UDP socket',
  PROCESSWRAP: 'a child process',
  WORKER: 'a worker',
  MESSAGEPORT: 'a message port',
  FILEHANDLE: 'an open file',
  TCPWRAP: 'a connection',
  PIPEWRAP: 'a connection'
}
/** Pools keep them for later requests, without holding the process up. */
const POOLED = new Set(['TCPWRAP', 'PIPEWRAP'])

interface Resource {
  readonly type: string
  readonly handle: { hasRef?(): boolean }
  readonly madeAt: string | undefined
}

/** Sees what is opened and not closed again. */
export class OpenResources {
  readonly #open = new Map<number, Resource>()
  readonly #package: string

  /** `module`: URL of the plugin's module; what its package makes is the plugin's. */
  constructor(module: string) {
    const manifest = findPackageJSON('..', module)
    this.#package = new URL('.', manifest === undefined ? module : pathToFileURL(manifest)).href
    createHook({
      init: (id, type, _trigger, handle: object) => {
        if (type in KINDS) this.#open.set(id, { type, handle, madeAt: callSite() })
      },
      destroy: id => void this.#open.delete(id)
    }).enable()
  }

  /** Those that are open now. */
  snapshot(): ReadonlySet<number> {
    return new Set(this.#open.keys())
  }

  /** Those that were opened since and are still open, in words. */
  since(before: ReadonlySet<number>): readonly string[] {
    const left = [...this.#open].filter(([id, resource]) => !before.has(id) && this.#isLeft(resource))
    return left.map(
      ([, { type, madeAt }]) => `${KINDS[type]} is left open${madeAt === undefined ? '' : `, made at ${madeAt}`}`
    )
  }

  /** What does not hold the process up may be a library's own, such as a pool's: it counts where the plugin made it. */
  #isLeft({ type, handle, madeAt }: Resource): boolean {
    if (handle.hasRef?.() === true) return true
    if (POOLED.has(type) || madeAt?.startsWith(this.#package) !== true) return false
    return !madeAt.slice(this.#package.length).includes('node_modules/')
  }
}

/** The line that called Node, as a URL with line and column; nothing where Node called itself. */
const callSite = (): string | undefined => {
  const frames = (new Error('made here').stack ?? '').split('\n').slice(1)
  // AbortSignal.timeout: holds nothing up, and goes with its signal.
  if (frames.some(frame => frame.includes('node:internal/abort_controller'))) return undefined
  const caller = frames.find(frame => !frame.includes(import.meta.url) && !/\(?node:(?!internal\/deps)/.test(frame))
  const place = /\(?((?:file:|\/)[^)]*)\)?$/.exec(caller ?? '')?.[1]
  return place?.startsWith('/') === true ? `file://${place}` : place
}
