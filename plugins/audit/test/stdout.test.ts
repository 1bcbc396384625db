import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'

const SIZE = 4 * 1024 * 1024
const sink = new URL('../src/stdout-sink.ts', import.meta.url).href

/** Writes so much that the pipe is full, and says so once. */
const script = `
  import { writeSync } from 'node:fs'
  import { StdoutSink } from ${JSON.stringify(sink)}
  // To have it makes the pipe non-blocking.
  process.stdout
  const sink = new StdoutSink()
  const bytes = Buffer.alloc(${SIZE}, 'x')
  let full = false
  try {
    for (let at = 0; at < bytes.length;) {
      const written = sink.writeNow(bytes.subarray(at))
      if (written === 0 && !full) full = writeSync(2, 'full ') > 0
      at += written
    }
  } catch (error) {
    writeSync(2, error.code)
  }
`

const writing = () => {
  const child = spawn(process.execPath, ['--conditions=@sluice/source', '--input-type=module', '--eval', script])
  return { child, exited: once(child, 'exit') }
}

t.test('at the end what standard output does not take at once is written when it does', async t => {
  const { child, exited } = writing()
  const [said] = (await once(child.stderr, 'data')) as [Buffer]
  t.equal(String(said), 'full ')
  t.equal((await text(child.stdout)).length, SIZE)
  t.strictSame(await exited, [0, null])
})

t.test('and given up where nobody reads any more', async t => {
  const { child, exited } = writing()
  t.equal(await text(child.stderr), 'full EAGAIN')
  t.strictSame(await exited, [0, null])
  child.stdout.destroy()
})
