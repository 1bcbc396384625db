import { readFileSync, writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Plugin } from '@sluice/plugin-api'
import { BreachList } from './breach.ts'
import type { FreshTask } from './fresh-process.ts'
import { Journey, STAGES } from './journey.ts'
import { OpenFilter } from './open-filter.ts'
import { OpenResources } from './open-resources.ts'
import { plansOf } from './plans.ts'
import { changesSince, processState } from './process-state.ts'

const STDIN = 0
const REPORT = 3
/** Turns of the event loop in which what was closed may go. */
const TURNS = 1000

// Node opens them when they are first looked at, as whoever imports node:process does.
void [process.stdin, process.stdout, process.stderr]

const task = JSON.parse(readFileSync(STDIN, 'utf8')) as FreshTask
const resources = new OpenResources(task.module)
const breaches = new BreachList()

const plugin = await importPlugin()
if (plugin !== undefined) for (const config of task.configs) await useFilter(plugin, config)
// The parent has found the others: there they stand beside the author's own code.
const ours = breaches.all.filter(({ check }) => check === 'import' || check === 'close')
for (const breach of ours) writeSync(REPORT, `${JSON.stringify(breach)}\n`)
// What is left may keep the process up.
process.exit(0)

/** Imports the module, and sees that nothing comes of it. */
async function importPlugin(): Promise<Plugin | undefined> {
  const [state, open] = [processState(), resources.snapshot()]
  const { default: plugin } = (await import(task.module)) as { default?: Plugin }
  const left = await leftSince(open)
  for (const message of [...changesSince(state), ...left]) breaches.add('import', message)
  if (plugin?.name === task.name) return plugin
  breaches.add('import', `the default export of ${task.module} is not the plugin ${task.name}`)
  return undefined
}

/** Makes a filter, takes requests through it and closes it; nothing may be left of it then. */
async function useFilter(plugin: Plugin, config: object): Promise<void> {
  const [state, open] = [processState(), resources.snapshot()]
  const made = await OpenFilter.make({ plugin, config, directory: task.directory, breaches })
  if (made === undefined) return
  const exchanges = await travel(made)
  await turn()
  ;(globalThis as unknown as { gc(): void }).gc()
  if (exchanges.some(exchange => exchange.deref() !== undefined)) {
    breaches.add('close', 'it keeps exchanges after onFinish')
  }
  await made.close()
  const changes = changesSince(state).map(message => `${message}, and it stays so`)
  for (const message of [...changes, ...(await leftSince(open))]) breaches.add('close', message)
}

/** Gives exchanges that nobody but the filter can still have. */
async function travel(made: OpenFilter): Promise<readonly WeakRef<object>[]> {
  const exchanges: WeakRef<object>[] = []
  for (const plan of plansOf(task)) {
    const journey = new Journey(plan, made, breaches)
    for (const stage of STAGES) await journey[stage]()
    exchanges.push(new WeakRef(journey.x))
  }
  return exchanges
}

async function leftSince(open: ReadonlySet<number>): Promise<readonly string[]> {
  for (let i = 0; i < TURNS && resources.since(open).length > 0; i++) await turn()
  return resources.since(open)
}
