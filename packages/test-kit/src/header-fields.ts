import type { HeaderEdit, HeaderList } from '@sluice/plugin-api'

/** Header fields that can be changed and listed. */
export interface HeaderFields extends HeaderEdit {
  /** The fields as they would be written. */
  readonly fields: HeaderList
}

/** Makes header fields that no message carries. */
export function headerFields(initial: HeaderList): HeaderFields {
  let fields = [...initial]
  const others = (name: string) => fields.filter(([other]) => other.toLowerCase() !== name.toLowerCase())
  return {
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
