import {
  type CelFunc,
  celFunc,
  CelScalar,
  type CelValue,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
  listType,
  mapType
} from '@bufbuild/cel'

/**
 * `==`, `!=` and `in` for what callers send: a value of another type is not simply another one, since a server may make the
 * one of the other (`"500"` for 500, `["x"]` for `"x"`). It cannot be told, which counts against the caller. Whether
 * something is null can be asked of everything.
 */
export const equality = (): readonly CelFunc[] => {
  const { BOOL, DYN } = CelScalar
  return [
    celFunc('_==_', [DYN, DYN], BOOL, isSame),
    celFunc('_!=_', [DYN, DYN], BOOL, (one, other) => !isSame(one, other)),
    celFunc('@in', [DYN, listType(DYN)], BOOL, (value, list) => some(list, item => isSame(item, value))),
    celFunc('@in', [DYN, mapType(DYN, DYN)], BOOL, (value, map) => some(map.keys(), key => isSame(key, value)))
  ]
}

/** @throws TypeError for values of two types */
const isSame = (one: CelValue, other: CelValue): boolean => {
  if (one === null || other === null) return one === other
  const kind = kindOf(one)
  if (kind !== kindOf(other)) throw new TypeError('values of two types are not compared')
  if (isCelList(one) && isCelList(other))
    return one.size === other.size && every(Array.from(one).keys(), i => isSame(one.get(i)!, other.get(i)!))
  if (isCelMap(one) && isCelMap(other))
    return one.size === other.size && every(one.keys(), key => other.has(key) && isSame(one.get(key)!, other.get(key)!))
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0
  if (isCelType(one) && isCelType(other)) return one.toString() === other.toString()
  const [left, right] = [plain(one), plain(other)]
  // 1n and 1 are one number.
  return left === right || (kind === 'number' && left == right)
}

const kindOf = (value: NonNullable<CelValue>): string => {
  if (typeof value === 'bigint' || isCelUint(value)) return 'number'
  if (typeof value !== 'object') return typeof value
  if (isCelList(value)) return 'list'
  if (isCelMap(value)) return 'map'
  return isCelType(value) ? 'type' : value instanceof Uint8Array ? 'bytes' : 'message'
}

const plain = (value: CelValue): unknown => (isCelUint(value) ? value.value : value)

/** CEL's `||`: what holds outweighs what cannot be told. */
const some = <T>(values: Iterable<T>, holds: (value: T) => boolean): boolean => {
  let failure: unknown
  for (const value of values) {
    try {
      if (holds(value)) return true
    } catch (error) {
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure
  return false
}

/** CEL's `&&`. */
const every = <T>(values: Iterable<T>, holds: (value: T) => boolean): boolean => !some(values, value => !holds(value))
