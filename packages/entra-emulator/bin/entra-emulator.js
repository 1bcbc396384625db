#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`entra-emulator needs Node 22.19 or newer; this is ${process.versions.node}. Install a newer Node.`)
  process.exit(1)
}

// Dynamic imports only: an older Node must get as far as the message above.
const { existsSync } = await import('node:fs')
const source = new URL('../src/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)
await main()
