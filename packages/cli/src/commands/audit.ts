import { readFileSync } from 'node:fs'
import type { Anchor } from '@sluice/plugin-audit/reading'
import { type Command, type CommandOptions, UsageError } from '../command.ts'

const reading = () => import('@sluice/plugin-audit/reading')

/** `sluice audit`: `verify` finds what was changed in the files of an audit trail, `show` reads one for people. Exit code 1 for a trail that is broken. */
export const audit: Command = {
  name: 'audit',
  summary: 'verify FILE…: find what was changed in an audit trail; show FILE: read it',
  synopsis:
    'verify FILE… [--key FILE of a public key (PEM) that signs checkpoints] [--anchor SEQ:HASH of a record, as verify printed it] | show FILE…',
  operands: Infinity,
  options: { key: { type: 'string', multiple: true }, anchor: { type: 'string', multiple: true } },
  run: async options => {
    const [action, ...files] = options.operands
    if (action !== 'verify' && action !== 'show') throw new UsageError('audit what? verify or show')
    if (files.length === 0) throw new UsageError(`audit ${action} wants a file`)
    try {
      return await (action === 'verify' ? verify(files, options) : show(files))
    } catch (error) {
      // What the command line names is wrong: a file that cannot be read, a key that is none.
      if (error instanceof Error && ('syscall' in error || error.name === 'KeyFault'))
        throw new UsageError(error.message, { cause: error })
      throw error
    }
  }
}

const verify = async (files: readonly string[], { values }: CommandOptions): Promise<number> => {
  const { describeVerification, verifyFiles } = await reading()
  const [keyFiles, stated] = [values['key'], values['anchor']] as (readonly string[] | undefined)[]
  const anchors = (stated ?? []).map(readAnchor)
  const keys = (keyFiles ?? []).map(file => readFileSync(file, 'utf8'))
  const found = await verifyFiles(files, { keys, anchors })
  // For people at a terminal sentences, for programs JSON.
  const sentences = describeVerification(found)
  process.stdout.write(process.stdout.isTTY ? sentences : `${JSON.stringify(found)}\n`)
  if (!process.stdout.isTTY) process.stderr.write(sentences)
  return found.ok ? 0 : 1
}

const show = async (files: readonly string[]): Promise<number> => {
  const { showRecords } = await reading()
  for (const file of files) for await (const line of showRecords(file)) process.stdout.write(line)
  return 0
}

const readAnchor = (text: string): Anchor => {
  const [, seq, hash = ''] = /^([1-9]\d{0,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined) throw new UsageError(`${text} is no anchor: write SEQ:HASH, as verify prints it`)
  return { seq: Number(seq), hash }
}
