import type { HeaderList, RequestHead } from '@sluice/plugin-api'
import { type HeaderFields, ListedFields } from './header-fields.ts'

/** What a test may set of the head that goes to the upstream. */
export interface FakeRequestHeadOptions {
  /** Default: POST. */
  readonly method?: string
  /** Path and query at the upstream. Default: `/mcp`. */
  readonly path?: string
  readonly headers?: HeaderList
}

/** A head for the upstream whose fields can be listed. */
export interface FakeRequestHead extends RequestHead, HeaderFields {}

/** Makes the head of a request that is never sent. */
export function fakeRequestHead(options: FakeRequestHeadOptions = {}): FakeRequestHead {
  return Object.assign(new ListedFields(options.headers ?? []), {
    method: options.method ?? 'POST',
    path: options.path ?? '/mcp'
  })
}
