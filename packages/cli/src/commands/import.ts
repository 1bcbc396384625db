import { readFileSync } from 'node:fs'
import { Document } from 'yaml'
import { readAgentgateway } from '../agentgateway/read-file.ts'
import { translate, type Translated } from '../agentgateway/translate.ts'
import { type Command, UsageError } from '../command.ts'

/** `sluice import agentgateway FILE`: a configuration of agentgateway as one of Sluice, as YAML on standard output. */
export const importConfig: Command = {
  name: 'import',
  synopsis: 'agentgateway FILE',
  summary: 'turn a configuration of agentgateway into one of Sluice; what is different stands in its comments',
  operands: 2,
  run: async ({ operands: [from, file] }) => {
    if (from !== 'agentgateway') throw new UsageError(`there is no import from "${from}"; write agentgateway`)
    const text = textOf(file!)
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

const textOf = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error })
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
