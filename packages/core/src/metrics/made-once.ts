/** How many values are remembered, in a map and in all those that it made. */
export interface Room {
  left: number
}

const LONGEST_KEY = 256

/**
 * A map that makes what it is asked for and does not have, so that a series is found without joining its labels. When
 * there is no room left, or a key is long, it makes and does not remember: a key can be the word of a stranger.
 */
export class MadeOnce<Key extends string | number | object, Value> {
  readonly #made = new Map<Key, Value>()
  readonly #make: (key: Key) => Value
  readonly #room: Room

  constructor(room: Room, make: (key: Key) => Value) {
    this.#room = room
    this.#make = make
  }

  of(key: Key): Value {
    const found = this.#made.get(key)
    if (found !== undefined) return found
    const value = this.#make(key)
    if (this.#room.left > 0 && !(typeof key === 'string' && key.length > LONGEST_KEY)) {
      this.#room.left--
      this.#made.set(key, value)
    }
    return value
  }
}
