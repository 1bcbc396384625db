import { inputRequired, type InputRequest } from '@modelcontextprotocol/server'

/** Asks the user for one text. */
export const askText = (message: string, name: string): InputRequest =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: 'object', properties: { [name]: { type: 'string' } }, required: [name] }
  })

/** Asks the user to confirm, as `ok`. */
export const askConfirmation = (): InputRequest =>
  inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] }
  })

/** Asks the client's model. */
export const askModel = (text: string, maxTokens = 100): InputRequest =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens })
