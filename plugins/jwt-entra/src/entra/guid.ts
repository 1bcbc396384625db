const pattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a value is a GUID as Entra writes them, in any case. */
export const isGuid = (value: unknown): value is string => typeof value === 'string' && pattern.test(value)
