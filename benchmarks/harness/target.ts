import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ANSWER } from './answer.ts'
import { Child } from './child.ts'
import { type Environment, variables } from './environment.ts'
import { freePort } from '../../test/support/free-port.ts'
import type { Peer } from './peer.ts'

/** A peer that runs. */
export interface Target {
  readonly peer: Peer
  readonly environment: Environment
  readonly url: string
  readonly pid: number
  /** @throws Error with what the process said, if it has ended */
  check(): void
  stop(): Promise<void>
}

/** What the command of a target is made of: the environment, `PORT`, and `FOLDER`, which is its own and goes with it. */
export interface Start {
  readonly values: Readonly<Record<string, string>> & { readonly FOLDER: string }
}

/** Starts a target on a free port. Whether it serves is for {@link untilServing} to find out. */
export const startTarget = async (
  peer: Peer,
  environment: Environment,
  command: (start: Start) => readonly string[],
  env: Readonly<Record<string, string>> = {}
): Promise<Target> => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const values = { ...variables(environment), ANSWER, PORT: String(port), FOLDER: folder }
  const child = new Child('target', command({ values }), { ...values, ...env })
  return {
    peer,
    environment,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    check: () => {
      if (child.exited) throw new Error(`${peer.name} has ended: ${child.stderr}`)
    },
    stop: async () => {
      await child.stop()
      rmSync(folder, { recursive: true })
    }
  }
}

/** Waits until a probe holds; a target that ends meanwhile fails it. */
export const untilServing = async (target: Target, probe: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 120_000
  for (;;) {
    target.check()
    if (await probe().catch(() => false)) return
    if (performance.now() > deadline) throw new Error(`${target.peer.name} does not serve after two minutes`)
    await sleep(2)
  }
}
