import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml'
import type { DirectoryPath } from './directory-error.ts'

/** A place in a file; both count from 1. */
export interface SourcePosition {
  readonly line: number
  readonly column: number
}

const keyOffset = (document: Document, path: DirectoryPath): number | undefined => {
  const parent = document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined
}

/** Finds where a path stands in a YAML document: its key, else its value, else the nearest thing above it. */
export const findPosition = (document: Document, lines: LineCounter, path: DirectoryPath): SourcePosition => {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length)
    const node = document.getIn(part, true)
    const offset = keyOffset(document, part) ?? (isNode(node) ? node.range?.[0] : undefined)
    if (offset === undefined) continue
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  return { line: 1, column: 1 }
}
