import { readFileSync } from 'node:fs'

/** The texts of the files that a configuration was read from, by absolute path. */
export type ReadTexts = ReadonlyMap<string, string>

/** Reads the files of a configuration, and remembers their texts: what another thread takes over must be the same bytes. */
export class ConfigReading {
  readonly #given: ReadTexts | undefined
  readonly #reading: (file: string) => void
  readonly #texts = new Map<string, string>()

  /** `reading` is told of each file before it is read; where texts are given, no file is looked at. */
  constructor(reading: (file: string) => void, given?: ReadTexts) {
    this.#reading = reading
    this.#given = given
  }

  /** @throws Error as node:fs does */
  read(file: string): string {
    this.#reading(file)
    const text = this.#given === undefined ? readFileSync(file, 'utf8') : this.#given.get(file)
    if (text === undefined) throw Object.assign(new Error(`${file} was not read`), { code: 'ENOENT' })
    this.#texts.set(file, text)
    return text
  }

  /** What was read until now. */
  get texts(): ReadTexts {
    return this.#texts
  }
}
