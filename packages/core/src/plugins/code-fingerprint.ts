import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What can be told apart of a plugin's code: where its main file lies, what is in it, and of a package its package.json. */
export const codeFingerprint = async (url: string): Promise<string> => {
  const hash = createHash('sha256').update(url)
  if (url.startsWith('file:')) hash.update(await readFile(fileURLToPath(url)))
  const about = url.includes('/node_modules/') ? findPackageJSON(url) : undefined
  if (about !== undefined) hash.update(await readFile(about))
  return hash.digest('base64')
}
