import { cpSync, existsSync, globSync, readFileSync } from 'node:fs'
import { join, matchesGlob, relative } from 'node:path'
import { command } from '../packed/command.ts'
import { root } from '../packed/publishable.ts'
import { argumentsOf, stage } from './dockerfile.ts'

/** What becomes of the two images, by the folder that their stages copy. */
export interface Built {
  /** /app of the gateway's image. */
  readonly sluice: string
  /** /app of the image with the emulator and the MCP server. */
  readonly demo: string
}

/**
 * Carries out what the Dockerfile's building stages run, on the context that .dockerignore leaves, in folders in place
 * of the images' own. Only `npm ci` is not run: the repository's node_modules, which it made, are linked.
 */
export const build = async (base: string): Promise<Built> => {
  const src = join(base, 'src')
  copyContext(src)
  const places = { packed: join(base, 'packed'), sluice: join(base, 'sluice'), demo: join(base, 'demo') }
  const run = async (name: string, app: string): Promise<void> => {
    for (const line of argumentsOf(stage(name), 'RUN'))
      if (!line.startsWith('npm ci ')) await command('sh', ['-ec', relocated(line, places.packed, app)], src, NPM)
  }
  await linkModules(src)
  await run('packed', '')
  await Promise.all([run('sluice-files', places.sluice), run('demo-files', places.demo)])
  return places
}

/** What npm has fetched before it need not ask for again. */
const NPM = { npm_config_prefer_offline: 'true' }

const relocated = (line: string, packed: string, app: string): string =>
  line.replaceAll(/(?<= )\/packed\b/g, packed).replaceAll(/(?<= )\/app\b/g, app)

const copyContext = (to: string): void => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  const filter = (file: string): boolean => {
    const path = relative(root, file)
    return !ignored.some(pattern => matchesGlob(path, pattern))
  }
  cpSync(root, to, { recursive: true, filter })
}

/** Another file system wants copies. */
const LINK = 'cp -alT "$1" "$2" 2>/dev/null || cp -aT "$1" "$2"'

const linkModules = async (src: string): Promise<void> => {
  for (const modules of ['node_modules', ...globSync('{packages,plugins}/*/node_modules', { cwd: root })])
    if (existsSync(join(root, modules)))
      await command('sh', ['-c', LINK, 'sh', join(root, modules), join(src, modules)], src)
}
