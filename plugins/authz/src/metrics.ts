/** Every metric of authz. */
export const metrics = {
  hidden: {
    name: 'sluice_authz_hidden_items_total',
    type: 'counter',
    unit: 'items',
    help: 'Tools, prompts, resources and tasks that were taken out of lists, or in shadow mode would have been.',
    labels: {
      entry: 'identity of the entry, `<route>/<id or name>` or `global/<id or name>`',
      mode: '`enforce`; `shadow`, where they were shown all the same'
    },
    use: 'Whether a policy hides what it should: before `mode: enforce`, how much it would.'
  }
} as const
