import type { Sealing } from '@sluice/plugin-api'

/** Seals so that a test can see what is in it: nothing is hidden, and nothing is proof. */
export const fakeSealing: Sealing = {
  seal: (text, bound) => Buffer.from(JSON.stringify([text, bound])).toString('base64url'),
  open(sealed, bound) {
    try {
      const [text, forWhom] = JSON.parse(Buffer.from(sealed, 'base64url').toString()) as [string, string]
      return forWhom === bound ? text : undefined
    } catch {
      return undefined
    }
  },
  digest: text => `digest of ${text}`
}
