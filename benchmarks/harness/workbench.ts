import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CALL } from './answer.ts'
import { startAuthority } from './authority.ts'
import { pinOurselves } from './cores.ts'
import type { Environment } from './environment.ts'
import type { Options } from './options.ts'
import { AUDIENCE, forge, ISSUER, TENANT, TokenPool } from './token-pool.ts'
import { startUpstream } from './upstream.ts'

/** What every scenario works with: tokens, an upstream, an identity provider, and files for wrk. */
export interface Workbench {
  readonly options: Options
  readonly pool: TokenPool
  readonly environment: Environment
  /** A good token, and one whose signature is false. */
  readonly token: string
  readonly forged: string
  /** Writes a file that is gone after the run. */
  write(name: string, text: string | Buffer): string
  /** Makes a folder that is gone after the run. */
  folder(name: string): string
  progress(text: string): void
  close(): Promise<void>
}

/** Where tokens are kept between runs. */
const TOKENS = resolve(import.meta.dirname, '../../node_modules/.cache/sluice-benchmarks')

const progress = (text: string): void => void process.stderr.write(`${text}\n`)

/** Sets everything up. `needed` tokens are signed first, while both cores are free. */
export const openWorkbench = async (options: Options, needed: number): Promise<Workbench> => {
  const pool = await TokenPool.open(TOKENS)
  progress(`${needed} tokens`)
  await pool.file(needed)
  pinOurselves()
  const [token, authority, upstream] = await Promise.all([
    pool.first(),
    startAuthority(pool.publicJwk),
    startUpstream()
  ])
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  return {
    options,
    pool,
    token,
    forged: forge(token),
    progress,
    environment: {
      upstream: upstream.url,
      authority: authority.url,
      tenant: TENANT,
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUrl: authority.jwksUrl,
      publicKeyFile: pool.publicKeyFile
    },
    write: (name, text) => {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    },
    folder: name => {
      const path = join(folder, name)
      mkdirSync(path)
      return path
    },
    close: async () => {
      authority.close()
      await upstream.stop()
      rmSync(folder, { recursive: true })
    }
  }
}

/** The usual load: 500 tokens, one path, the 200-byte call, 32 connections. */
export const usualLoad = async (bench: Workbench, tokens = 500) => ({
  tokens: await bench.pool.file(tokens),
  paths: bench.write('path.txt', '/mcp\n'),
  body: bench.write('call.json', CALL),
  connections: 32,
  seconds: bench.options.seconds
})
