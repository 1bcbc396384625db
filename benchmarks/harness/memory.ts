import { readFileSync, writeFileSync } from 'node:fs'
import { processTree } from './cpu.ts'

/** MiB of a line of `/proc/<pid>/status`, which counts in kB. */
export const parseStatus = (status: string, field: 'VmRSS' | 'VmHWM'): number => {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kilobytes === undefined) throw new Error(`no ${field} in the status of the process`)
  return Number(kilobytes) / 1024
}

const sum = (pid: number, field: 'VmRSS' | 'VmHWM'): number =>
  processTree(pid).reduce((total, each) => total + parseStatus(readFileSync(`/proc/${each}/status`, 'utf8'), field), 0)

/** MiB of memory that a process and its children hold now. */
export const residentMiB = (pid: number): number => sum(pid, 'VmRSS')

/** MiB that they held at most since {@link resetPeak}. */
export const peakMiB = (pid: number): number => sum(pid, 'VmHWM')

/** Makes the peak what is held now (proc(5), clear_refs). */
export const resetPeak = (pid: number): void => {
  for (const each of processTree(pid)) writeFileSync(`/proc/${each}/clear_refs`, '5')
}
