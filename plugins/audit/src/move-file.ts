import { existsSync, linkSync, renameSync, unlinkSync } from 'node:fs'

/** What file systems without hard links say: SMB, FAT, some of FUSE. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Gives a file a name that nothing has. @throws Error with the code `EEXIST` where something has it; nothing is replaced */
export const moveFile = (from: string, to: string): void => {
  try {
    // A link fails where a rename would replace what is there.
    linkSync(from, to)
  } catch (error) {
    if (!WITHOUT_LINKS.has((error as NodeJS.ErrnoException).code!)) throw error
    if (existsSync(to)) throw Object.assign(new Error(`${to} is there already`), { code: 'EEXIST' })
    return renameSync(from, to)
  }
  unlinkSync(from)
}
