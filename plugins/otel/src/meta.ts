import type { McpRequest } from '@sluice/plugin-api'

/** `params._meta` of a message, in which clients write the context of a trace (SEP-414), if it is an object. */
export const metaOf = ({ params }: McpRequest): Readonly<Record<string, unknown>> | undefined => {
  const meta = params['_meta']
  return typeof meta === 'object' && meta !== null ? (meta as Record<string, unknown>) : undefined
}
