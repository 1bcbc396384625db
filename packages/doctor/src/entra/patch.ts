import type { Remedy } from '../breakage.ts'
import { valueOf } from '../reading.ts'
import type { Setup } from '../setup.ts'

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Client ID of the API: that of the registration, else the one among the audiences. */
export const apiIdOf = ({ registration, audiences }: Setup): string =>
  valueOf(registration)?.appId ?? audiences.find(audience => guid.test(audience)) ?? '<API client ID>'

/** Changes of the app registration, one after the other, as manifest and as commands. A list replaces the whole list. */
export const patchRegistration = (
  setup: Setup,
  ...patches: readonly object[]
): Pick<Remedy, 'manifest' | 'commands'> => {
  const url = `${setup.graph}/v1.0/applications(appId='${apiIdOf(setup)}')`
  return {
    manifest: patches.reduce((whole, patch) => merge(whole, patch), {}),
    commands: patches.map(
      patch =>
        `az rest --method PATCH --url "${url}" --headers Content-Type=application/json --body ${quote(JSON.stringify(patch))}`
    )
  }
}

const merge = (whole: object, patch: object): object => {
  const { api: before, ...others } = whole as { api?: object }
  const { api: more, ...rest } = patch as { api?: object }
  const api = { ...before, ...more }
  return { ...others, ...rest, ...(Object.keys(api).length > 0 && { api }) }
}

/** One word of a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
