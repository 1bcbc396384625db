import { ConfigError, type ConfigIssue, formatIssue } from '@sluice/core'

/** What is wrong, of any error of a start: a configuration's issues, or one for an address that cannot be listened on. */
export const issuesOf = (error: unknown, file: string): readonly ConfigIssue[] => {
  if (error instanceof ConfigError) return error.issues
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  const place = { file, line: 1, column: 1, path: '' }
  if (code === 'EADDRINUSE') {
    const advice = 'End the process that listens there, or change listen.port or admin.port.'
    return [{ ...place, message: `${address}:${port} is in use`, advice }]
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const advice = 'Change listen.host or admin.host to an address of this machine.'
    return [{ ...place, message: `${(error as Error).message}: there is no such host`, advice }]
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    const advice = 'Change listen or admin to an address of this machine and a port that this user may open.'
    return [{ ...place, message: `cannot listen on ${address}:${port} (${code})`, advice }]
  }
  throw error
}

/** Writes what is wrong for people, on standard error. */
export const reportIssues = (issues: readonly ConfigIssue[]): void => {
  for (const issue of issues) process.stderr.write(`${formatIssue(issue)}\n`)
}
