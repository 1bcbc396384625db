import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * Finds what an `import` of the specifier, written in the file at `base`, would load. Node's own resolver answers, with
 * another parent: exports maps and conditions count as they do anywhere.
 *
 * @throws Error of Node's resolver, with its code
 */
export const resolveFrom = (specifier: string, base: string): string => {
  const hooks = registerHooks({
    resolve: (wanted, context, next) => next(wanted, wanted === specifier ? { ...context, parentURL: base } : context)
  })
  try {
    return import.meta.resolve(specifier)
  } finally {
    hooks.deregister()
  }
}

/** Whether the error says that there is no such package, as opposed to a package that cannot be used. */
export const isNotFound = (error: unknown, specifier: string): boolean => {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes(specifier)
}

/** A file URL as people write paths. */
export const displayPath = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url)
