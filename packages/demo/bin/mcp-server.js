#!/usr/bin/env node
const { existsSync } = await import('node:fs')
const source = new URL('../src/serve-mcp.ts', import.meta.url)
const { serveMcp } = await import(
  existsSync(source) ? source.href : new URL('../dist/serve-mcp.js', import.meta.url).href
)
process.exitCode = await serveMcp(process.argv.slice(2))
