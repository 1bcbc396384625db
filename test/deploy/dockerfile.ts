import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast'
import { root } from '../packed/publishable.ts'

/** A stage of a Dockerfile. */
export interface Stage {
  readonly name: string
  /** The image or the stage that it begins with, as it is written. */
  readonly from: string
  readonly instructions: readonly Instruction[]
}

export const dockerfile = readFileSync(join(root, 'deploy/docker/Dockerfile'), 'utf8')

const parsed = DockerfileParser.parse(dockerfile)

/** Its stages, in their order. */
export const stages: readonly Stage[] = parsed.getFROMs().map(from => {
  const all = parsed.getContainingImage(from.getRange().start)!.getInstructions()
  return { name: from.getBuildStage()!, from: from.getImage()!, instructions: all.slice(1) }
})

/** The stage of a name. */
export const stage = (name: string): Stage => stages.find(other => other.name === name)!

/** What follows the keyword in all instructions of one kind in a stage. */
export const argumentsOf = ({ instructions }: Stage, keyword: string): readonly string[] =>
  instructions
    .filter(instruction => instruction.getKeyword() === keyword)
    .map(instruction => instruction.getTextContent().slice(keyword.length).trim())

/** The environment that a stage's image gives. */
export const environment = (of: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries(argumentsOf(of, 'ENV').map(line => line.split('=', 2) as [string, string]))

/** An instruction in exec form, as the list that it is. */
export const execForm = (of: Stage, keyword: 'ENTRYPOINT' | 'CMD'): readonly string[] =>
  of.instructions
    .filter((instruction): instruction is JSONInstruction => instruction.getKeyword() === keyword)
    .flatMap(instruction => JSON.parse(instruction.getArgumentsContent()!) as string[])
