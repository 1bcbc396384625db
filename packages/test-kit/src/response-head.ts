import type { Challenge, HeaderList, ResponseHead } from '@sluice/plugin-api'
import { type HeaderFields, ListedFields } from './header-fields.ts'

/** What a test may set of a response's head. */
export interface FakeResponseHeadOptions {
  /** Default: 200. */
  readonly status?: number
  /** Default: gateway. */
  readonly source?: ResponseHead['source']
  readonly headers?: HeaderList
  /** Copied, as the core copies those of a reply. */
  readonly challenges?: readonly Challenge[]
}

/** A response's head whose fields can be listed. */
export interface FakeResponseHead extends ResponseHead, HeaderFields {}

/** Makes the head of an answer that nobody waits for. */
export function fakeResponseHead(options: FakeResponseHeadOptions = {}): FakeResponseHead {
  const { status = 200, source = 'gateway', headers = [] } = options
  const challenges = (options.challenges ?? []).map(challenge => ({ ...challenge, params: new Map(challenge.params) }))
  // As in the core: an upstream's answer takes no challenges.
  if (source === 'upstream') Object.freeze(challenges)
  return Object.assign(new ListedFields(headers), { status, source, challenges })
}
