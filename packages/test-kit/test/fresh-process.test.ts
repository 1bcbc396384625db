import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from '@sluice/plugin-api'
import { conformance, ConformanceError } from '@sluice/test-kit'
import t from 'tap'

const configs = [{ label: 'one' }]

/** What is said of the plugin in a file. */
const breachesOf = async (file: string, of = file): Promise<readonly string[]> => {
  const module = new URL(`./plugins/${file}.ts`, import.meta.url)
  const { default: plugin } = (await import(new URL(`./plugins/${of}.ts`, import.meta.url).href)) as { default: Plugin }
  try {
    await conformance({ ...plugin, name: file }, { module, configs, directory: t.testdirName })
    return []
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error
    return error.breaches.map(({ check, message }) => `${check}: ${message}`)
  }
}

t.testdir({})
t.teardown(() => {
  const pid = join(t.testdirName, 'pid')
  if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8')))
})
t.jobs = 2

/** What must not run here, where it would go on. */
const elsewhere: Record<string, readonly RegExp[]> = {
  importing: [
    /import: it sets the global contoso/,
    /import: it listens for SIGUSR2 of process/,
    /import: it sets the environment variable CONTOSO/,
    /import: a timer is left open, made at .*importing\.ts:4:/,
    /import: it prints: "imported\\n"/
  ],
  throwing: [/import: a process of its own ended with exit code 1: [^]*no import today/],
  'leaking-server': [/close: a server is left open/],
  'leaking-watcher': [/close: a file watcher is left open, made at .*leaking-watcher\.ts:10:/],
  'leaking-process-state': [
    /close: it listens for SIGUSR2 of process, and it stays so/,
    /close: it sets the environment variable CONTOSO, and it stays so/
  ],
  'leaking-process': [/close: a child process is left open/, /close: a process that it started goes on/]
}
const here: Record<string, readonly RegExp[]> = {
  'leaking-timer': [/close: a timer is left open, made at .*leaking-timer\.ts:9:/],
  'leaking-port': [/close: a message port is left open, made at .*leaking-port\.ts:10:/],
  following: [/close: .*list\.yaml is still watched/],
  keeping: [/close: it keeps exchanges after onFinish/],
  waiting: [/import: a process of its own ended with exit code 13/],
  closing: []
}

for (const [file, said] of [...Object.entries(elsewhere), ...Object.entries(here)]) {
  t.test(
    `${file}: ${said.length === 0 ? 'nothing' : 'what is wrong'} is found in a process of its own`,
    { buffered: true },
    async t => {
      const breaches = await breachesOf(file, file in elsewhere ? 'good' : file)
      t.equal(breaches.length, said.length, breaches.join('\n'))
      for (const pattern of said)
        t.ok(
          breaches.some(breach => pattern.test(breach)),
          `${pattern} in ${breaches.join('\n')}`
        )
    }
  )
}

t.test('a module of another plugin is not taken for this one', async t => {
  t.match(await breachesOf('good', 'closing'), [])
  const { default: plugin } = (await import('./plugins/closing.ts')) as { default: unknown }
  const module = new URL('./plugins/good.ts', import.meta.url)
  await t.rejects(
    conformance(plugin as Plugin, { module, configs, directory: t.testdirName }),
    /is not the plugin closing/
  )
})
