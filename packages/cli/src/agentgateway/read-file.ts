import { parseDocument } from 'yaml'
import { plainValue } from '../plain-value.ts'

/**
 * Reads the text of a configuration. agentgateway puts variables into the text before it is YAML, so `${NAME}` may stand
 * where YAML allows no brace; here it stays in the values, as Sluice puts it in there. `$NAME` is the same to agentgateway,
 * and `$$` a dollar.
 *
 * @throws SyntaxError for what is no YAML
 */
export const readAgentgateway = (text: string): unknown => {
  const document = parseDocument(text.replaceAll(variable, marked))
  const [fault] = document.errors
  if (fault !== undefined) throw new SyntaxError(fault.message.split('\n')[0])
  return plainValue(document, message => new SyntaxError(message), unmarked)
}

const variable = /\$\$|\$\{([^{}\n]*)\}|\$([A-Za-z_]\w*)/g

const marked = (all: string, braced?: string, plain?: string): string =>
  all === '$$' ? '$' : `${open}${braced ?? plain}${close}`

const unmarked = (_key: unknown, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll(open, '${').replaceAll(close, '}') : value

/** Characters of private use, which no file has. */
const [open, close] = ['\uE000', '\uE001'] as const
