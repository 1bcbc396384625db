import type { ExplainedCode } from '@sluice/aadsts'
import type { Reading } from './reading.ts'
import type { Setup } from './setup.ts'

/** What to change, in words and to copy. */
export interface Remedy {
  readonly text: string
  /** Lines of the Sluice configuration. */
  readonly configuration?: string
  /** Members of the app registration, in the format of Microsoft Graph. */
  readonly manifest?: object
  /** Commands of a shell where `az login` was done, in this order. */
  readonly commands?: readonly string[]
}

/** What will go wrong. */
export interface Finding {
  readonly result: 'finding'
  /** `fault`: this set-up is wrong, and can be mended. `limit`: Entra is like that, and these clients stumble over it. */
  readonly severity: 'fault' | 'limit'
  /** What Entra answers in this case, where it is not every code of the breakage. */
  readonly codes?: readonly ExplainedCode[]
  /** What shows it. */
  readonly evidence: string
  /** Who is hit. */
  readonly clients: string
  readonly remedy: Remedy
}

/** What an examination comes to. */
export type Outcome =
  | { readonly result: 'clean' }
  | Finding
  /** It cannot be told without something that was not to be had. */
  | { readonly result: 'unchecked'; readonly needs: string }

/** A way in which signing in to an MCP server with Entra ID is known to break. */
export interface Breakage {
  /** Its number in the documentation: stays when others come. */
  readonly id: number
  /** A few words. */
  readonly title: string
  /** What Entra answers then; empty where it is the client that gives up. */
  readonly codes: readonly ExplainedCode[]
  examine(setup: Setup): Outcome
}

/** Nothing to be seen. */
export const clean: Outcome = Object.freeze({ result: 'clean' })

/** This set-up is wrong. */
export const fault = (evidence: string, clients: string, remedy: Remedy): Finding => ({
  result: 'finding',
  severity: 'fault',
  evidence,
  clients,
  remedy
})

/** Entra is like that. */
export const limit = (evidence: string, clients: string, remedy: Remedy): Finding => ({
  result: 'finding',
  severity: 'limit',
  evidence,
  clients,
  remedy
})

/** It cannot be told without something that could not be read. */
export const needs = (what: string, reading: Reading<unknown>): Outcome => ({
  result: 'unchecked',
  needs: 'missing' in reading ? `${what} (${reading.missing})` : what
})
