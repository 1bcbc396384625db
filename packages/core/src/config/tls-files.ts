import { createPrivateKey, X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Finding } from './issue.ts'
import type { ConfigPath } from './path.ts'
import type { TlsFiles, TlsMaterial } from './settings.ts'

/** Reads the certificates and keys that a configuration names, each file once, and notes what is wrong with them. */
export class TlsReader {
  readonly findings: Finding[] = []
  readonly #directory: string
  readonly #readText: (file: string) => string
  readonly #texts = new Map<string, string>()

  /** `readText` reads a file, and throws as node:fs does. */
  constructor(directory: string, readText: (file: string) => string) {
    this.#directory = directory
    this.#readText = readText
  }

  /** What is usable of it where there are findings is not to be used. */
  read(files: TlsFiles | undefined, at: ConfigPath): TlsMaterial | undefined {
    if (files === undefined) return undefined
    const before = this.findings.length
    const ca = this.#certificates(files.ca, [...at, 'ca'])
    const cert = this.#certificates(files.cert, [...at, 'cert'])
    const key = this.#text(files.key, [...at, 'key'])
    const material = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key })
    }
    if (this.findings.length === before) this.#try(material, at)
    return material
  }

  /** node:tls overlooks authorities that are none. */
  #certificates(file: string | undefined, path: ConfigPath): string | undefined {
    const text = this.#text(file, path)
    if (text === undefined) return undefined
    try {
      void new X509Certificate(text)
    } catch {
      this.findings.push({ path, message: `${file} has no certificate`, advice: 'Certificates are in PEM.' })
    }
    return text
  }

  #text(file: string | undefined, path: ConfigPath): string | undefined {
    if (file === undefined) return undefined
    const absolute = resolve(this.#directory, file)
    const known = this.#texts.get(absolute)
    if (known !== undefined) return known
    try {
      const text = this.#readText(absolute)
      this.#texts.set(absolute, text)
      return text
    } catch (error) {
      const { code = 'unreadable' } = error as NodeJS.ErrnoException
      const advice = 'Check that it exists and may be read.'
      this.findings.push({ path, message: `the file ${absolute} cannot be read (${code})`, advice })
      return undefined
    }
  }

  #try(material: TlsMaterial, at: ConfigPath): void {
    try {
      // OpenSSL takes a key of another kind than the certificate's, and then offers neither.
      if (!fit(material)) {
        const message = 'the private key is not that of the certificate'
        this.findings.push({ path: [...at, 'key'], message, advice: 'Give the key with which cert was requested.' })
      } else createSecureContext(material)
    } catch (error) {
      // OpenSSL's words are of the form, never of what stands there.
      const { code = 'no reason given' } = error as NodeJS.ErrnoException
      const advice = 'key is the private key of the first certificate of cert, in PEM, without a passphrase.'
      this.findings.push({ path: at, message: `certificate and key cannot be used together (${code})`, advice })
    }
  }
}

const fit = ({ cert, key }: TlsMaterial): boolean =>
  cert === undefined || key === undefined || new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
