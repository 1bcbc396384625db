export { type CredentialConfig, credentialSchema } from './config.ts'
export { type Credential, type CredentialOwner, readCredential } from './credential.ts'
