import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { checkGateway, ConfigError, loadConfig } from '@sluice/core'
import t from 'tap'
import { recordingLog } from '../../../../test/support/log.ts'

const folder = join(import.meta.dirname, 'broken')
const builtins = ['@sluice/plugin-jwt-entra', '@sluice/plugin-prm', '@sluice/plugin-scope']

/** Everything that is wrong with a file, paths made the same on every machine. */
const complaint = async (file: string): Promise<string> => {
  try {
    const config = await loadConfig(file, { env: {}, pluginBases: [], builtins })
    await checkGateway(config, recordingLog().log)
    return 'nothing is wrong\n'
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return `${error.message.replaceAll(join(folder, '..'), '…')}\n`
  }
}

for (const yaml of globSync('*.yaml', { cwd: folder }).toSorted()) {
  t.test(`${basename(yaml, '.yaml')}: each fault has its place and says what to write instead`, async t => {
    const golden = join(folder, yaml.replace(/yaml$/, 'txt'))
    const text = await complaint(join(folder, yaml))
    // GOLDEN=write after a deliberate change of wording; read the diff before committing it.
    if (process.env['GOLDEN'] === 'write') writeFileSync(golden, text)
    t.equal(text, readFileSync(golden, 'utf8'))
  })
}
