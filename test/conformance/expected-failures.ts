const TASKS = 'the extension io.modelcontextprotocol/tasks (SEP-2663), for which the MCP SDK has no server side'

/** The scenarios that the MCP server behind the gateway fails, and why. A scenario that passes does not belong here. */
export const EXPECTED_FAILURES: Readonly<Record<string, string>> = {
  'tasks-capability-negotiation': TASKS,
  'tasks-dispatch-and-envelope': TASKS,
  'tasks-lifecycle': TASKS,
  'tasks-mrtr-composition': TASKS,
  'tasks-mrtr-input': TASKS,
  'tasks-request-headers': TASKS,
  'tasks-request-state-removal': TASKS,
  'tasks-required-task-error': TASKS,
  'tasks-wire-fields': TASKS
}
