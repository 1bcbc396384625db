import type { Finding } from './issue.ts'
import type { ConfigPath } from './path.ts'
import type { RawConfig } from './raw.ts'
import { durationMs, LONGEST_MS, sizeBytes } from './units.ts'

const SIZES = {
  headerBytes: { least: 1024, most: 1024 * 1024, range: 'From 1KiB to 1MiB.' },
  mcpBodyBytes: { least: 1024, most: 256 * 1024 * 1024, range: 'From 1KiB to 256MiB.' },
  mcpResultBytes: { least: 1024, most: 256 * 1024 * 1024, range: 'From 1KiB to 256MiB.' }
} as const

/** Ranges of durations and sizes, and two listeners on one address. */
export const checkLimits = (raw: RawConfig): Finding[] => {
  const durations: [ConfigPath, string][] = [
    [['shutdown', 'delay'], raw.shutdown.delay],
    [['shutdown', 'grace'], raw.shutdown.grace],
    ...raw.routes.flatMap(({ upstream: { timeouts } }, i): [ConfigPath, string][] => [
      [['routes', i, 'upstream', 'timeouts', 'connect'], timeouts.connect],
      [['routes', i, 'upstream', 'timeouts', 'headers'], timeouts.headers]
    ])
  ]
  return [...durations.flatMap(([path, text]) => checkDuration(path, text)), ...checkSizes(raw), ...checkListeners(raw)]
}

const checkDuration = (path: ConfigPath, text: string): Finding[] => {
  const timeout = path.includes('timeouts')
  if (durationMs(text) > LONGEST_MS) return [{ path, message: `${text} is too long`, advice: 'At most 596h.' }]
  return timeout && durationMs(text) === 0
    ? [{ path, message: 'a timeout of 0 never ends well', advice: 'At least 1ms.' }]
    : []
}

const checkSizes = ({ limits }: RawConfig): Finding[] =>
  (['headerBytes', 'mcpBodyBytes', 'mcpResultBytes'] as const).flatMap(key => {
    const { least, most, range } = SIZES[key]
    const bytes = sizeBytes(limits[key])
    if (bytes >= least && bytes <= most) return []
    return [{ path: ['limits', key], message: `${limits[key]} is out of range`, advice: range }]
  })

const checkListeners = ({ listen, admin }: RawConfig): Finding[] => {
  if (listen.port === 0 || listen.port !== admin.port || listen.host !== admin.host) return []
  const message = `listen and admin are both ${admin.host}:${admin.port}`
  return [{ path: ['admin', 'port'], message, advice: 'Give the admin listener a port of its own.' }]
}
