type Params = Readonly<Record<string, unknown>>

const nameOf = ({ name }: Params): unknown => name
const uriOf = ({ uri }: Params): unknown => uri
const taskOf = ({ taskId }: Params): unknown => taskId
const referenceOf = ({ ref }: Params): unknown =>
  isObject(ref) ? (ref['type'] === 'ref/prompt' ? ref['name'] : ref['uri']) : undefined

/** Where each method names the thing that it is about. */
const TARGETS: ReadonlyMap<string, (params: Params) => unknown> = new Map([
  ['tools/call', nameOf],
  ['prompts/get', nameOf],
  ['resources/read', uriOf],
  ['resources/subscribe', uriOf],
  ['resources/unsubscribe', uriOf],
  ['completion/complete', referenceOf],
  ['tasks/get', taskOf],
  ['tasks/result', taskOf],
  ['tasks/cancel', taskOf],
  ['tasks/update', taskOf]
])

/** The tool, prompt, resource or task that a message names, if its method names one. */
export const targetOf = (method: string, params: Params): string | undefined => {
  const target = TARGETS.get(method)?.(params)
  return typeof target === 'string' ? target : undefined
}

/** Whether a parsed JSON value is an object. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
