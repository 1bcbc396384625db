import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from 'tap'

const root = resolve(import.meta.dirname, '..')

/** What the command may import: a subcommand that belongs to a filter is in the filter's package. */
const ofCommand = new Set([
  '@sluice/aadsts',
  '@sluice/core',
  '@sluice/doctor',
  '@sluice/plugin-api',
  '@sluice/plugin-audit/reading'
])

/** Packages of the house that each may import: [name, who it is, what it may import]. */
const allowed = (importer: string): ((imported: string) => boolean) => {
  if (['@sluice/plugin-api', '@sluice/aadsts'].includes(importer)) return () => false
  if (['@sluice/core', '@sluice/entra-credential'].includes(importer)) return name => name === '@sluice/plugin-api'
  if (importer === '@sluice/cli') return name => ofCommand.has(name)
  if (importer === '@sluice/test-kit') return name => ['@sluice/core', '@sluice/plugin-api'].includes(name)
  if (importer === '@sluice/entra-emulator') return () => false
  if (importer === '@sluice/demo')
    return name => ['@sluice/core', '@sluice/entra-emulator', '@sluice/plugin-api'].includes(name)
  return name => ['@sluice/aadsts', '@sluice/entra-credential', '@sluice/plugin-api'].includes(name)
}

const sources = globSync(['packages/*/src/**/*.ts', 'plugins/*/src/**/*.ts'], { cwd: root })

const specifiers = (file: string, pattern: RegExp): string[] => {
  const code = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '')
  return Array.from(code.matchAll(pattern), ([, specifier]) => specifier!)
}

const imports = (file: string): string[] => specifiers(file, /(?<![.'])\b(?:from|import)\s*\(?\s*'([^']+)'/g)

/** What is there at run time: types may name each other, as Exchange and Endpoint do. */
const valueImports = (file: string): string[] =>
  specifiers(file, /^(?:import|export) (?!type\b)(?:[^'(]*? from )?'([^']+)'/gm)

const packageOf = (file: string): { dir: string; name: string; dependencies: Record<string, string> } => {
  const dir = file.split('/').slice(0, 2).join('/')
  return { dir, ...JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8')) }
}

t.test('packages import only what the plan of the house allows', async t => {
  t.ok(sources.length > 50, 'the sources were found')
  for (const file of sources) {
    const importer = packageOf(file)
    for (const specifier of imports(file)) {
      if (specifier.startsWith('.')) {
        const target = relative(root, resolve(root, dirname(file), specifier))
        t.ok(target.startsWith(`${importer.dir}/src/`), `${file} stays inside its package: ${specifier}`)
      } else if (specifier.startsWith('@sluice/')) {
        t.ok(allowed(importer.name)(specifier), `${file} may import ${specifier}`)
      } else if (!specifier.startsWith('node:')) {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
        t.ok(name in importer.dependencies, `${file}: ${name} is among the dependencies of ${importer.name}`)
      }
    }
  }
})

t.test('no import of a value goes round in a circle', async t => {
  const graph = new Map(
    sources.map(file => [
      file,
      valueImports(file).flatMap(specifier =>
        specifier.startsWith('.') ? [relative(root, resolve(root, dirname(file), specifier))] : []
      )
    ])
  )
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) t.fail([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file) || path.includes(file)) return
    for (const next of graph.get(file) ?? []) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of sources) walk(file, [])
  t.equal(done.size, sources.length)
})

t.test('no file has a name that says nothing', async t => {
  t.strictSame(
    sources.filter(file => /(?:^|\/)(?:utils?|helpers?|misc|common)\.ts$/.test(file)),
    []
  )
})
