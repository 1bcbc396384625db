import { ConfigError, type ConfigIssue, formatIssue } from '@sluice/core'

/** What is wrong with a configuration, of any error of a start. @throws the error if it is about something else */
export const issuesOf = (error: unknown): readonly ConfigIssue[] => {
  if (error instanceof ConfigError) return error.issues
  throw error
}

/** Writes what is wrong for people, on standard error. */
export const reportIssues = (issues: readonly ConfigIssue[]): void => {
  for (const issue of issues) process.stderr.write(`${formatIssue(issue)}\n`)
}
