// Plain JavaScript without a static import: an old Node must come as far as the message.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `The demonstration needs Node.js 22.19 or newer, and this is ${process.versions.node}. ` +
      'Run it through npm start, which brings its own Node.js on Linux, or install a newer one from https://nodejs.org.'
  )
  process.exit(1)
}

const { existsSync } = await import('node:fs')
const source = new URL('../src/main.ts', import.meta.url)
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
process.once('SIGTERM', () => stop.abort())
const { stdout, stderr, env } = process
// Who reads no further, as `head` does, has seen enough.
stdout.on('error', () => stop.abort())
process.exitCode = await main(process.argv.slice(2), { stdout, stderr, env, signal: stop.signal })
