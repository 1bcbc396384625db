import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tarball } from './pack.ts'
import { type Manifest, type Publishable, root } from './publishable.ts'

/** What is wrong with a package as it would be published, in words. */
export const tarballFaults = (
  { folder, manifest }: Publishable,
  { files }: Tarball,
  versions: ReadonlyMap<string, string>
) => {
  const paths = new Set(files.map(file => file.path))
  return [
    ...['README.md', 'LICENSE', 'package.json'].filter(path => !paths.has(path)).map(path => `${path} is missing`),
    ...entryPoints(manifest)
      .filter(path => !paths.has(path))
      .map(path => `${path}, which package.json names, is missing`),
    ...[...paths].filter(isStray).map(path => `${path} has no business there`),
    ...manifestFaults(manifest, versions),
    ...(sameLicense(folder) ? [] : ['its LICENSE is not that of the repository'])
  ]
}

/** Files that a published package points at; `src` is only for the repository. */
const entryPoints = ({ bin = {}, exports = {} }: Manifest): readonly string[] => {
  const conditions = Object.values(exports).flatMap(target => {
    return typeof target === 'string'
      ? [target]
      : Object.entries(target).flatMap(([name, path]) => (name === '@sluice/source' ? [] : [path]))
  })
  return [...Object.values(bin), ...conditions].map(path => path.replace(/^\.\//, ''))
}

const isStray = (path: string): boolean =>
  !/^(?:README\.md|LICENSE|package\.json|(?:bin|sample)\/[\w./-]+|dist\/[\w./-]+(?:\.js|\.js\.map|\.d\.ts))$/.test(path)

const manifestFaults = (manifest: Manifest, versions: ReadonlyMap<string, string>): readonly string[] => {
  const { description, license, type, engines, dependencies = {} } = manifest
  const strangers = Object.entries(dependencies).filter(
    ([name, version]) => name.startsWith('@sluice/') && versions.get(name) !== version
  )
  const loose = Object.entries(dependencies).filter(([, version]) => !/^\d/.test(version))
  return [
    ...(description === undefined ? ['no description'] : []),
    ...(license === 'Apache-2.0' ? [] : ['another license than Apache-2.0']),
    ...(type === 'module' ? [] : ['type is not module']),
    ...(engines?.['node'] === '>=22.19' ? [] : ['engines.node is not >=22.19']),
    ...strangers.map(([name, version]) => `it depends on ${name} ${version}, which is not the one beside it`),
    ...loose.map(([name, version]) => `it depends on ${name} ${version}, which is not one version`)
  ]
}

const sameLicense = (folder: string): boolean => {
  const own = join(folder, 'LICENSE')
  return existsSync(own) && readFileSync(own, 'utf8') === readFileSync(join(root, 'LICENSE'), 'utf8')
}
