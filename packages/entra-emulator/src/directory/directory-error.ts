/** Where in a directory: keys and indexes from the root. */
export type DirectoryPath = readonly (string | number)[]

/** One thing that is wrong with a directory. */
export interface DirectoryProblem {
  readonly path: DirectoryPath
  /** What is wrong. */
  readonly message: string
  /** What to write instead. */
  readonly advice: string
  /** From 1; 0 where the directory is an object. */
  readonly line: number
  /** From 1; 0 where the directory is an object. */
  readonly column: number
}

const format = (file: string, { path, message, advice, line, column }: DirectoryProblem): string => {
  const place = line > 0 ? `${file}:${line}:${column}` : file
  return `${place}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}. ${advice}.`
}

/** A directory that Entra would not have accepted: the message names every problem with its place and a way out. */
export class DirectoryError extends Error {
  readonly file: string
  readonly problems: readonly DirectoryProblem[]

  constructor(file: string, problems: readonly DirectoryProblem[]) {
    super(problems.map(problem => format(file, problem)).join('\n'))
    this.name = 'DirectoryError'
    this.file = file
    this.problems = problems
  }
}
