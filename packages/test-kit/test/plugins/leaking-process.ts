import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Leaves a process that has its output. */
export default {
  ...good,
  name: 'leaking-process',
  create(config: GoodConfig, ctx: PluginContext) {
    const child = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 10_000)'], { stdio: 'inherit' })
    writeFileSync(join(ctx.directory, 'pid'), String(child.pid))
    return create(config, ctx)
  }
}
