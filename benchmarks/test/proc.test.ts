import { execFile } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { cpuSeconds, parseStat, processTree } from '../harness/cpu.ts'
import { parseStatus } from '../harness/memory.ts'

/** proc(5): utime and stime are the fields 14 and 15; the ones after them are those of children that have ended. */
const stat = (name: string) =>
  `1234 (${name}) S 1 1234 1234 0 -1 4194560 2345 6789 0 0 150 75 900 800 20 0 11 0 987654 1000000 5000`

t.test('adds user and system time, and no other', async t => {
  t.equal(parseStat(stat('node')), 2.25)
})

t.test('is not led astray by a name with blanks and parentheses', async t => {
  t.equal(parseStat(stat('a) S 1 (b')), 2.25)
})

t.test('does not make a figure of what is no stat line', async t => {
  t.throws(() => parseStat('1234 (node) S 1'), /not a stat line/)
})

t.test('reads kB as MiB', async t => {
  const status = 'Name:\tnode\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n'
  t.equal(parseStatus(status, 'VmRSS'), 100)
  t.equal(parseStatus(status, 'VmHWM'), 200)
  t.throws(() => parseStatus('Name:\tkthreadd\n', 'VmRSS'), /no VmRSS/)
})

t.test('counts what a process has started', { skip: process.platform !== 'linux' && 'no /proc' }, async t => {
  const child = execFile('sh', ['-c', 'read wait'])
  t.ok(processTree(process.pid).includes(child.pid!))
  t.ok(cpuSeconds(process.pid) > 0)
  child.stdin!.end()
  await once(child, 'exit')
})
