import { isPromise } from '../chain/run.ts'

type Listener = Parameters<AbortSignal['addEventListener']>[1]
type AddOptions = Parameters<AbortSignal['addEventListener']>[2]

/**
 * Makes a controller whose signal survives its listeners: one that throws, or whose promise rejects, is reported. Node would
 * make an uncaught exception of it, which ends the process.
 */
export const guardedController = (failed: (error: unknown) => void): AbortController => {
  const controller = new AbortController()
  const { signal } = controller
  const guards = new WeakMap<object, Listener>()
  const guard = (listener: Listener): Listener => {
    // What is no listener is Node's to refuse.
    if (typeof listener !== 'function' && typeof listener !== 'object') return listener
    if (listener === null) return listener
    const known = guards.get(listener) ?? guarded(listener, signal, failed)
    guards.set(listener, known)
    return known
  }
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  let handler: AbortSignal['onabort'] = null
  // A listener of its own, though the same function may be another one, too.
  add('abort', event => handler !== null && guarded(handler as NonNullable<Listener>, signal, failed)(event))
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: string, listener: Listener, options?: AddOptions) => add(type, guard(listener), options)
    },
    removeEventListener: {
      value: (type: string, listener: Listener, options?: EventListenerOptions) =>
        remove(type, guard(listener), options)
    },
    onabort: {
      get: () => handler,
      set: (next: AbortSignal['onabort']) => {
        handler = typeof next === 'function' ? next : null
      }
    }
  })
  return controller
}

const guarded =
  (listener: NonNullable<Listener>, signal: AbortSignal, failed: (error: unknown) => void) =>
  (event: Event): void => {
    try {
      const waiting: unknown =
        typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event)
      if (isPromise(waiting)) waiting.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
