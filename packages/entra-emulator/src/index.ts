export { aadsts } from './aadsts.ts'
export { startEntraEmulator } from './emulator.ts'
export { DirectoryError } from './directory/directory-error.ts'
export { loadDirectory } from './directory/load-directory.ts'

export type { CloudName } from './cloud.ts'
export type { AadstsCode, AadstsEntry } from './aadsts.ts'
export type {
  Application,
  ConditionalAccessPolicy,
  Directory,
  Group,
  Person,
  TenantEntry
} from './directory/directory.ts'
export type {
  ApplicationConfig,
  ApplicationKind,
  AppRole,
  AppRoleAssignment,
  ConditionalAccessPolicyConfig,
  DirectoryConfig,
  FederatedIdentityCredential,
  GroupConfig,
  KeyCredential,
  OptionalClaim,
  PermissionGrant,
  PermissionScope,
  PersonConfig,
  PreAuthorizedApplication,
  RedirectUris,
  TenantConfig
} from './directory/directory-config.ts'
export type { DirectoryPath, DirectoryProblem } from './directory/directory-error.ts'
export type { EntraEmulator } from './emulator.ts'
export type { EntraEmulatorOptions } from './emulator-options.ts'
export type { IssueTokenOptions } from './issue-token.ts'
