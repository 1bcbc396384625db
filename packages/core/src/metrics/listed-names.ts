/** Names of one kind that a route remembers. */
const MOST = 200
/** MCP advises letters, digits and `_-.` for tools; what else can be read in a table passes, too. */
const READABLE = /^[\x20-\x7e]{1,128}$/

/**
 * The tools or prompts that an upstream has listed. A client can make any name up, and a server may answer it: only what
 * stood in a list is known to exist.
 */
export class ListedNames {
  readonly #names = new Set<string>()

  /** Takes the names of a list's items, of whatever form they are. */
  learn(items: unknown): void {
    if (!Array.isArray(items)) return
    for (const item of items as unknown[]) {
      if (this.#names.size === MOST) return
      const name = (item as { readonly name?: unknown } | null | undefined)?.name
      if (typeof name === 'string' && READABLE.test(name)) this.#names.add(name)
    }
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }
}
