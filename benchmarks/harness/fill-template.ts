import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Writes a configuration into the target's folder, every `${NAME}` replaced by its value, and gives the path. */
export const fillTemplate = (file: string, values: Readonly<Record<string, string>> & { FOLDER: string }): string => {
  const filled = readFileSync(file, 'utf8').replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${file} names ${whole}, which is not known`)
    return value
  })
  const path = join(values.FOLDER, basename(file))
  writeFileSync(path, filled)
  return path
}
