/** What `/metrics` says, as samples by name and labels as they stand there: `name{a="b"}` → value. */
export const scrape = async (adminUrl: string): Promise<ReadonlyMap<string, number>> =>
  samplesOf(await (await fetch(`${adminUrl}/metrics`)).text())

/** The samples of a page in Prometheus' text format. */
export const samplesOf = (page: string): ReadonlyMap<string, number> =>
  new Map(
    page
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => {
        const space = line.lastIndexOf(' ')
        return [line.slice(0, space), Number(line.slice(space + 1))] as const
      })
  )
