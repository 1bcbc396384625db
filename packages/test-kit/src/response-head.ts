import type { Challenge, HeaderList, ResponseHead } from '@sluice/plugin-api'

/** What a test may set of a response's head. */
export interface FakeResponseHeadOptions {
  /** Default: 200. */
  readonly status?: number
  /** Default: gateway. */
  readonly source?: ResponseHead['source']
  readonly headers?: HeaderList
  /** Copied, as the core copies those of a reply. */
  readonly challenges?: readonly Challenge[]
}

/** A response's head whose fields can be listed. */
export interface FakeResponseHead extends ResponseHead {
  /** The fields as they would be written. */
  readonly fields: HeaderList
}

/** Makes the head of an answer that nobody waits for. */
export function fakeResponseHead(options: FakeResponseHeadOptions = {}): FakeResponseHead {
  let fields = [...(options.headers ?? [])]
  const others = (name: string) => fields.filter(([other]) => other.toLowerCase() !== name.toLowerCase())
  return {
    status: options.status ?? 200,
    source: options.source ?? 'gateway',
    challenges: [...(options.challenges ?? [])],
    get fields() {
      return fields
    },
    get: name => fields.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1],
    set(name, value) {
      fields = [...others(name), [name, value]]
    },
    append(name, value) {
      fields = [...fields, [name, value]]
    },
    delete(name) {
      fields = others(name)
    },
    deletePrefix(prefix) {
      fields = fields.filter(([name]) => !name.toLowerCase().startsWith(prefix.toLowerCase()))
    }
  }
}
