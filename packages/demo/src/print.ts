import { styleText } from 'node:util'
import type { StepReport } from './step.ts'

/** Where text goes: a process stream, or what a test passes. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
}

/** Writes the demonstration's progress for people. */
export interface Printer {
  /** A heading above what follows. */
  heading(text: string): void
  /** Lines as they are, such as what to paste. */
  text(text: string): void
  step(report: StepReport): void
}

/** Width of the column of step names. */
const STEP = 12
/** Width of the column of labels. */
const LABEL = 24

/** Prints aligned, and in colour only on a terminal whose user did not set NO_COLOR (no-color.org). */
export const createPrinter = (output: Output, env: NodeJS.ProcessEnv): Printer => {
  const colour = output.isTTY === true && !env['NO_COLOR']
  const paint = (style: 'bold' | 'cyan' | 'dim', text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text
  let current = ''

  return {
    heading(text) {
      output.write(`\n${paint('bold', text)}\n`)
      current = ''
    },
    text(text) {
      output.write(`${text}\n`)
    },
    step({ step, detail }) {
      let name = step === current ? '' : step
      current = step
      for (const [label, value] of Object.entries(detail)) {
        const left = `${paint('cyan', name.padEnd(STEP))}${paint('dim', printable(label).padEnd(LABEL))}`
        output.write(`${left}${printable(value)}\n`)
        name = ''
      }
    }
  }
}

/** What a server sent must not move the cursor or colour the terminal. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u{FFFD}')
