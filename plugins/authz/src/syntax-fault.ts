import { RuleFault } from './rule-fault.ts'

/** Texts, comments, operators and everything else of a rule, one after the other. */
const TOKENS =
  /[rR](?:"[^"\n]*"|'[^'\n]*')|"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|[=!<>]=|&&|\|\||\s+|./gsu

/** What to write in place of what no rule has. */
const INSTEAD: Readonly<Record<string, string>> = {
  '=': '= compares nothing: write ==',
  '&': '& joins nothing: write &&',
  '|': '| joins nothing: write ||'
}

const NEEDS_MORE = new Set([
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  '&&',
  '||',
  '!',
  '+',
  '-',
  '*',
  '/',
  '%',
  '?',
  ':',
  ',',
  '.'
])

/** The usual slip in a rule that is no CEL; `undefined` where it is another one. */
export const syntaxFault = (text: string): RuleFault | undefined => {
  let last: RegExpExecArray | undefined
  for (const token of text.matchAll(TOKENS)) {
    const [word] = token
    if (word === '"' || word === "'") return new RuleFault('this quote is not closed', token.index)
    const message = INSTEAD[word]
    if (message !== undefined) return new RuleFault(message, token.index)
    if (!/^(?:\s|\/\/)/u.test(word)) last = token
  }
  return last !== undefined && NEEDS_MORE.has(last[0])
    ? new RuleFault(`something belongs behind ${last[0]}`, last.index)
    : undefined
}
