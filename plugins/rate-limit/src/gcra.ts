/** A limit as the generic cell rate algorithm has it, in microseconds: whole numbers, so that nothing is rounded on the way. */
export interface Rate {
  /** What one call takes from the time. */
  readonly interval: number
  /** How far ahead of the clock the calls may be. */
  readonly tolerance: number
}

/** Makes the rate of `limit` calls in `perMs`, of which `burst` may come at once: what does not divide is rounded to fewer. */
export const rateOf = (limit: number, perMs: number, burst: number): Rate => {
  const interval = Math.ceil((perMs * 1000) / limit)
  return { interval, tolerance: interval * burst }
}

/** What the limit said of a call. */
export interface Verdict {
  readonly allowed: boolean
  /** What was asked for. */
  readonly cost: number
  /** How far ahead of the clock the calls are now, in microseconds. */
  readonly ahead: number
}

/**
 * Asks for a call of some cost. `arrival` is the time until which all calls so far have used up their share.
 *
 * @returns the verdict; `arrival` is moved on only if it is allowed
 */
export const ask = (arrival: number, now: number, cost: number, { interval, tolerance }: Rate): Verdict => {
  const ahead = Math.max(arrival - now, 0)
  const after = ahead + cost * interval
  return after <= tolerance ? { allowed: true, cost, ahead: after } : { allowed: false, cost, ahead }
}

/** Calls that could come right now. */
export const remaining = ({ ahead }: Verdict, { interval, tolerance }: Rate): number =>
  Math.max(0, Math.floor((tolerance - ahead) / interval))

/** Microseconds until what was asked for is allowed; infinite if it costs more than may ever come at once. */
export const wait = ({ ahead, cost }: Verdict, { interval, tolerance }: Rate): number =>
  cost * interval > tolerance ? Infinity : Math.max(0, ahead + cost * interval - tolerance)
