import { closeSync, fstatSync, openSync } from 'node:fs'
import type { Anchor } from '@sluice/plugin-audit/reading'
import { type Command, type CommandOptions, UsageError } from '../command.ts'
import { readNamedFile, unreadable } from '../named-file.ts'
import { readerGone } from '../output.ts'

const reading = () => import('@sluice/plugin-audit/reading')

/** `sluice audit`: `verify` finds what was changed in the files of an audit trail, `show` reads one for people. Exit code 1 for a trail that is broken. */
export const audit: Command = {
  name: 'audit',
  summary: 'find what was changed in an audit trail (verify), or read it (show)',
  forms: ['verify FILE… [options]', 'show FILE…'],
  exitCodes: '0 the trail is whole, 1 it is broken, 2 the command line is wrong or names a file that cannot be read.',
  operands: Infinity,
  options: {
    key: { type: 'string', multiple: true, value: 'FILE', description: 'public key (PEM) that signs checkpoints' },
    anchor: {
      type: 'string',
      multiple: true,
      value: 'SEQ:HASH',
      description: 'a record that must be there, as verify printed it'
    }
  },
  run: async options => {
    const [action, ...files] = options.operands
    if (action !== 'verify' && action !== 'show')
      throw new UsageError('write sluice audit verify FILE… or sluice audit show FILE…')
    if (files.length === 0) throw new UsageError(`audit ${action} wants a file`)
    files.forEach(checkReadable)
    try {
      return await (action === 'verify' ? verify(files, options) : show(files))
    } catch (error) {
      // What the command line names is wrong: a key that is none.
      if (error instanceof Error && error.name === 'KeyFault') throw new UsageError(error.message, { cause: error })
      throw error
    }
  }
}

const verify = async (files: readonly string[], { values }: CommandOptions): Promise<number> => {
  const { describeVerification, verifyFiles } = await reading()
  const [keyFiles, stated] = [values['key'], values['anchor']] as (readonly string[] | undefined)[]
  const anchors = (stated ?? []).map(readAnchor)
  const keys = (keyFiles ?? []).map(readNamedFile)
  const found = await verifyFiles(files, { keys, anchors })
  // For people at a terminal sentences, for programs JSON.
  const sentences = describeVerification(found)
  process.stdout.write(process.stdout.isTTY ? sentences : `${JSON.stringify(found)}\n`)
  if (!process.stdout.isTTY) process.stderr.write(sentences)
  return found.ok ? 0 : 1
}

const show = async (files: readonly string[]): Promise<number> => {
  const { showRecords } = await reading()
  for (const file of files) {
    for await (const line of showRecords(file)) {
      if (readerGone()) return 0
      process.stdout.write(line)
    }
  }
  return 0
}

/** A trail is read as a stream, which tells of a folder too late to be named. */
const checkReadable = (file: string): void => {
  try {
    const fd = openSync(file, 'r')
    const isFolder = fstatSync(fd).isDirectory()
    closeSync(fd)
    if (isFolder) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
  } catch (error) {
    throw unreadable(file, error)
  }
}

const readAnchor = (text: string): Anchor => {
  const [, seq, hash = ''] = /^([1-9]\d{0,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined) throw new UsageError(`${text} is no anchor: write SEQ:HASH, as verify prints it`)
  return { seq: Number(seq), hash }
}
