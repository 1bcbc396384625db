import { Document } from 'yaml'
import { readAgentgateway } from '../agentgateway/read-file.ts'
import { translate, type Translated } from '../agentgateway/translate.ts'
import { type Command, UsageError } from '../command.ts'
import { readNamedFile } from '../named-file.ts'

/** `sluice import agentgateway FILE`: a configuration of agentgateway as one of Sluice, as YAML on standard output. */
export const importConfig: Command = {
  name: 'import',
  forms: ['agentgateway FILE'],
  summary:
    'turn a configuration of agentgateway (- is standard input) into one of Sluice; what is different stands in its comments',
  exitCodes:
    '0 it was turned, 1 there is nothing in it to turn, 2 the command line is wrong or names a file that cannot be read.',
  operands: 2,
  run: async ({ operands: [from, file] }) => {
    if (from !== 'agentgateway') throw new UsageError(`there is no import from "${from}"; write agentgateway`)
    const text = readNamedFile(file!)
    const refuse = (message: string): number => {
      process.stderr.write(`${file}: ${message}\n`)
      return 1
    }
    try {
      const translated = translate(readAgentgateway(text))
      if (translated === undefined)
        return refuse('neither mcpAuthentication nor mcpAuthorization: there is nothing to take over')
      process.stdout.write(yamlOf(translated, file!))
      return 0
    } catch (error) {
      if (error instanceof SyntaxError) return refuse(error.message)
      throw error
    }
  }
}

const yamlOf = ({ config, notes }: Translated, file: string): string => {
  const document = new Document(config)
  document.commentBefore = [
    ` From ${file === '-' ? 'a configuration' : file} of agentgateway. Check it: sluice check, sluice doctor.`,
    ...notes.map(({ route, text }) => ` ${route}: ${text}`)
  ].join('\n')
  return document.toString({ lineWidth: 0 })
}
