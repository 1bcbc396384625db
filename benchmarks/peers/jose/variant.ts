import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pinned } from '../../harness/cores.ts'
import { direct } from '../../harness/direct.ts'
import type { Variant } from '../../harness/interleave.ts'
import type { Sample } from '../../harness/result.ts'
import type { Workbench } from '../../harness/workbench.ts'

const run = promisify(execFile)

/** `jose.jwtVerify` in a process that does nothing else: what a token costs that nobody remembers, without any gateway. */
export const jose = ({ environment, options }: Workbench, tokens: string): Variant => ({
  peer: {
    name: 'jose.jwtVerify alone',
    about: 'no HTTP, no gateway',
    guards: false,
    packages: ['jose'],
    start: direct.start
  },
  prepare: async () => {},
  measure: async () => {
    const { publicKeyFile, issuer, audience } = environment
    const script = join(import.meta.dirname, 'verify.ts')
    const args = [script, tokens, publicKeyFile, issuer, audience, String(options.seconds)]
    const [program = '', ...rest] = pinned('target', [process.execPath, ...args])
    return JSON.parse((await run(program, rest)).stdout) as Sample
  }
})
