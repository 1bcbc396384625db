const LONG = 24

/** The ends of all that a request brings as a credential, to look for where none may be; short ones could be anywhere. */
export const credentialsIn = (sent: string): readonly string[] =>
  Array.from(
    sent.matchAll(/(?:Bearer +|access_token=)([\x21-\x7e]+)|\b(eyJ[\w-]+\.[\w-]+\.[\w-]+)/gi),
    ([, named, jwt]) => named ?? jwt ?? ''
  )
    .filter(credential => credential.length >= LONG)
    .map(credential => credential.slice(-LONG))
