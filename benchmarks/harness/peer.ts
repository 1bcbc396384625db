import type { Environment } from './environment.ts'
import type { Target } from './target.ts'

/** Something that load can be put on: Sluice in some configuration, or what others would put in its place. */
export interface Peer {
  readonly name: string
  /** What it does with a request, for the tables. */
  readonly about: string
  /** Whether it must refuse a request without a good token. */
  readonly guards: boolean
  /** A program that must be on the PATH. */
  readonly command?: string
  /** npm packages that must be installed. */
  readonly packages?: readonly string[]
  readonly start: (environment: Environment) => Promise<Target>
}
