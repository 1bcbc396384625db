export { type Breakage, type Finding, type Outcome, type Remedy } from './breakage.ts'
export { breakages } from './breakages/all.ts'
export {
  type AuthorizationServer,
  type MetadataForm,
  readAuthorizationServer,
  type ServerMetadata
} from './entra/authorization-server.ts'
export { graphOrigin, readApplication, type ReadApplication } from './entra/graph.ts'
export { type Answer, objectOf, type Read, readNetwork } from './entra/read.ts'
export {
  readRegistration,
  type PermissionScope,
  type PreAuthorizedApplication,
  type Registration,
  type ServicePrincipal
} from './entra/registration.ts'
export { type FacadeRefusal, type SignInTrial, tryFacade, trySignIn } from './entra/try-sign-in.ts'
export { examine, type Examined } from './examine.ts'
export { type Reading, valueOf } from './reading.ts'
export type { FacadeTrials, ResourceMetadata, Setup } from './setup.ts'
export { takeApart, type TokenContents } from './token/contents.ts'
