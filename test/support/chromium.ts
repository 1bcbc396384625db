import { existsSync } from 'node:fs'
import { type BrowserContext, chromium } from 'playwright-core'
import type { Test } from 'tap'

/** Where a system package puts it; `CHROMIUM` names another place. */
const PLACES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome'
]

const executablePath = PLACES.find(place => place !== '' && existsSync(place))

/** Why a test with a browser is left out, or `false`. */
export const withoutChromium =
  executablePath === undefined && 'there is no Chromium: apt-get install chromium, or name it in CHROMIUM'

/** A browser, which ends with the test and for which every host name is this machine. */
export const browserContext = async (t: Test): Promise<BrowserContext> => {
  const args = ['--no-sandbox', '--host-resolver-rules=MAP *.example 127.0.0.1']
  const browser = await chromium.launch({ executablePath: executablePath!, args })
  t.teardown(() => browser.close())
  return browser.newContext()
}
