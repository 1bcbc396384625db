import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.ts'
import type { Environment } from './environment.ts'
import { fillTemplate } from './fill-template.ts'
import { freePort } from '../../test/support/free-port.ts'
import { serves } from './probe.ts'
import type { Workbench } from './workbench.ts'

/** A server behind the targets, on the load's core. */
export interface Upstream {
  readonly url: string
  stop(): Promise<void>
}

const FOLDER = resolve(import.meta.dirname, '../upstreams')

/** nginx with a fixed answer. */
export const startUpstream = async (): Promise<Upstream> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const config = fillTemplate(join(FOLDER, 'nginx.conf'), { PORT: String(port), FOLDER: folder })
  const child = new Child('load', ['nginx', '-p', folder, '-c', config])
  const url = `http://127.0.0.1:${port}`
  while (!(await serves(url, undefined).catch(() => false))) {
    if (child.exited) throw new Error(`the upstream has ended: ${child.stderr}`)
    await sleep(2)
  }
  return {
    url,
    stop: async () => {
      await child.stop()
      rmSync(folder, { recursive: true })
    }
  }
}

/** Runs something with a Node server of `upstreams/` behind the targets, for what nginx cannot answer. */
export const withNodeUpstream = async <T>(
  { environment }: Workbench,
  file: string,
  run: (environment: Environment) => Promise<T>
): Promise<T> => {
  const upstream = await startNodeUpstream(file)
  try {
    return await run({ ...environment, upstream: upstream.url })
  } finally {
    await upstream.stop()
  }
}

const startNodeUpstream = async (file: string): Promise<Upstream> => {
  const port = await freePort()
  const child = new Child('load', [process.execPath, join(FOLDER, file)], { PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  while (
    !(await fetch(url).then(
      response => response.ok,
      () => false
    ))
  ) {
    if (child.exited) throw new Error(`the upstream has ended: ${child.stderr}`)
    await sleep(2)
  }
  return { url, stop: () => child.stop() }
}
