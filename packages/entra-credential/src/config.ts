/** How an application proves to Entra which it is: exactly one of the three. */
export interface CredentialConfig {
  readonly secret?: string
  /** PEM files, relative to the folder of the configuration file. */
  readonly certificate?: { readonly certificate: string; readonly privateKey: string }
  /** A file that another system keeps fresh, as Kubernetes does with AZURE_FEDERATED_TOKEN_FILE. */
  readonly federatedTokenFile?: string
}

const file = { type: 'string', minLength: 1 }

/** JSON Schema draft-07 of {@link CredentialConfig}, for a plugin's own schema to describe. */
export const credentialSchema = {
  type: 'object',
  additionalProperties: false,
  writeOnly: false,
  oneOf: [{ required: ['secret'] }, { required: ['certificate'] }, { required: ['federatedTokenFile'] }],
  properties: {
    secret: { description: 'A client secret.', type: 'string', minLength: 1, writeOnly: true },
    certificate: {
      description: 'A certificate of the registration, and its private key. Taken over when they change.',
      type: 'object',
      additionalProperties: false,
      required: ['certificate', 'privateKey'],
      properties: {
        certificate: { description: 'PEM file. A relative path starts at the configuration’s folder.', ...file },
        privateKey: {
          description: 'PEM file (PKCS#8) of an RSA key. A relative path starts at the configuration’s folder.',
          ...file,
          writeOnly: false
        }
      }
    },
    federatedTokenFile: {
      description:
        'A file with a token of a federated issuer, read again for each use: what AZURE_FEDERATED_TOKEN_FILE names in Kubernetes.',
      ...file,
      writeOnly: false
    }
  }
}
