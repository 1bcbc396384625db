export { type CodeEntry, codes, type CoreCode } from './codes.ts'
export { chainEntries } from './config/chain-entries.ts'
export type { ConfigChanges } from './config/changes.ts'
export { effectiveConfig, type EffectiveConfig } from './config/effective.ts'
export type {
  AddressConfig,
  FilterConfig,
  GatewayConfig,
  ListenConfig,
  RouteConfig,
  UpstreamConfig
} from './config/gateway-config.ts'
export { ConfigError, type ConfigIssue, type Finding, formatIssue, issueOf } from './config/issue.ts'
export { type LoadedConfig, loadConfig, type LoadOptions } from './config/load.ts'
export { readOwnFile } from './config/own-file.ts'
export { configSchema } from './config/schema.ts'
export type { EntrySettings, RouteSettings, Settings } from './config/settings.ts'
export { checkGateway } from './gateway/check-gateway.ts'
export { createGateway } from './gateway/create-gateway.ts'
export { ListenError } from './gateway/listen-error.ts'
export type { CloseOptions, Gateway, GatewayAddresses, GatewayOptions } from './gateway/gateway.ts'
export type { ParentLogger } from './gateway/services.ts'
export { type CatalogueEntry, catalogue as metricCatalogue } from './metrics/catalogue.ts'
export { HeaderLines } from './http/header-lines.ts'
export { adoptPlugin } from './plugins/adopt.ts'
export type { LoadedPlugin } from './plugins/loaded-plugin.ts'
