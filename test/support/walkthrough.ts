import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { command } from '../packed/command.ts'

/** A fenced block of a document that does something: shell commands, or a file by its path. */
interface Block {
  readonly file: string | undefined
  readonly text: string
}

/** A document whose blocks are carried out in a folder, one after the other, as its reader would. */
export class Walkthrough {
  readonly #blocks: readonly Block[]
  readonly #base: string
  readonly #env: NodeJS.ProcessEnv
  #folder: string
  /** Shown before the folder is made that they go to. */
  #waiting: readonly Block[] = []

  constructor(document: string, base: string, env: NodeJS.ProcessEnv) {
    const fences = document.matchAll(/^```(?:sh|(?:ts|js|json|yaml) (\S+))\n([^]*?)^```/gm)
    this.#blocks = Array.from(fences, ([, file, text]) => ({ file, text: text! }))
    this.#base = base
    this.#env = env
    this.#folder = base
  }

  /** Carries the blocks out; gives the commands of each block of commands, once they have run, and what they printed. */
  async *steps(): AsyncGenerator<{ readonly commands: string; readonly printed: string }> {
    for (const block of this.#blocks) {
      this.#waiting = [...this.#waiting, ...(block.file === undefined ? [] : [block])]
      this.#write()
      if (block.file === undefined) yield { commands: block.text, printed: await this.#run(block.text) }
    }
    if (this.#waiting.length > 0) throw new Error(`no folder for ${this.#waiting.map(({ file }) => file).join()}`)
  }

  #write(): void {
    const ready = this.#waiting.filter(({ file }) => existsSync(dirname(join(this.#base, file!))))
    for (const { file, text } of ready) writeFileSync(join(this.#base, file!), text)
    this.#waiting = this.#waiting.filter(block => !ready.includes(block))
  }

  async #run(commands: string): Promise<string> {
    const printed = await command('sh', ['-ec', `${commands}\npwd`], this.#folder, this.#env)
    const lines = printed.trimEnd().split('\n')
    this.#folder = lines.pop()!
    return lines.join('\n')
  }
}
