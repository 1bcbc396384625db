import type { Test } from 'tap'

/** What is needed of a test to start something for it: it closes what was started, and has a folder. */
export type Closing = Pick<Test, 'teardown' | 'testdir'>
