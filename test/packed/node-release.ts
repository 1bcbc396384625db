import { mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { command } from './command.ts'

/** A release of Node, unpacked somewhere. */
export interface NodeRelease {
  readonly version: string
  /** What a process needs to run on it. */
  readonly env: { readonly PATH: string }
}

/** Installs a release of Node from npm into a folder. Linux only. */
export const installNode = async (version: string, folder: string): Promise<NodeRelease> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const name = `node-linux-${process.arch}`
  await command('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `${name}@${version}`], folder)
  const bin = join(folder, 'node_modules', name, 'bin')
  return { version, env: { PATH: `${bin}${delimiter}${process.env['PATH']}` } }
}
