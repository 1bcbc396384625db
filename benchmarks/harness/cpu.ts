import { readFileSync } from 'node:fs'

/** The unit of times in /proc: USER_HZ is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** Seconds of CPU, user and system, of all threads of a process, from its `/proc/<pid>/stat` (proc(5)). */
export const parseStat = (stat: string): number => {
  // The second field is the program's name, which may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [utime, stime] = [fields[11], fields[12]].map(Number)
  if (!Number.isInteger(utime) || !Number.isInteger(stime)) throw new Error(`not a stat line: ${stat}`)
  return (utime! + stime!) / TICKS_PER_SECOND
}

/** A process and all that it has started: nginx works in a child. */
export const processTree = (pid: number): readonly number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(processTree)]
}

/** Seconds of CPU that a process and its children have used so far. */
export const cpuSeconds = (pid: number): number =>
  processTree(pid).reduce((sum, each) => sum + parseStat(readFileSync(`/proc/${each}/stat`, 'utf8')), 0)
