#!/usr/bin/env node
// Plain JavaScript without static imports of what an old Node lacks: it must get as far as its own message.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const REQUIRED = [22, 19]
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  process.stderr.write(
    `sluice needs Node ${REQUIRED.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer Node from https://nodejs.org, or, inside the repository, run it with `npx --no-install sluice`,\n' +
      'which finds the Node that `npm ci` brought along.\n'
  )
  process.exit(1)
}

const { enableCompileCache, registerHooks } = await import('node:module')
// Beside the code: who may write there may write the code, too. Where nobody may, as in an image, it stays empty. Coverage
// would lose functions that come compiled.
if (!process.env.NODE_V8_COVERAGE) enableCompileCache(fileURLToPath(new URL('../.compile-cache', import.meta.url)))

const source = new URL('../src/main.ts', import.meta.url)
if (existsSync(source)) {
  const repository = new URL('../../../', import.meta.url).href
  // Only for what stands in the repository: a package installed elsewhere ships no sources.
  const isSource = url => url?.startsWith(repository) === true && !url.includes('/node_modules/')
  registerHooks({
    resolve: (specifier, context, next) => {
      if (!isSource(context.parentURL)) return next(specifier, context)
      return next(specifier, { ...context, conditions: [...context.conditions, '@sluice/source'] })
    }
  })
}
const { main } = await import(existsSync(source) ? source.href : '../dist/main.js')
process.exitCode = await main(process.argv.slice(2))
