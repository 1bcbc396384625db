import { chainEntries, effectiveConfig, type EntrySettings, type LoadedConfig } from '@sluice/core'
import { Document, isMap } from 'yaml'

/** The effective configuration as YAML, with the identity of each entry. */
export const effectiveYaml = (config: LoadedConfig): string => {
  const { file, settings } = config
  const document = new Document(effectiveConfig(config))
  document.commentBefore = ` ${file ?? 'The configuration'}, as it is served. Each list of filters is a whole chain, the global filters included.`
  comment(document, ['filters'], chainEntries(settings))
  for (const [i, { filters }] of settings.routes.entries()) {
    comment(document, ['routes', i, 'filters'], chainEntries(settings, filters))
  }
  return document.toString({ lineWidth: 0 })
}

const comment = (document: Document, list: readonly (string | number)[], entries: readonly EntrySettings[]): void => {
  for (const [i, { identity }] of entries.entries()) {
    const item = document.getIn([...list, i], true)
    if (isMap(item)) item.commentBefore = ` ${identity}`
  }
}
