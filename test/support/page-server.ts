import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { upstream } from './upstream.ts'

const text = (name: string): string => readFileSync(join(import.meta.dirname, 'page', name), 'utf8')

/** Serves the page of `./page` at every path, and gives the port. */
export const pageServer = async (t: Test): Promise<string> => {
  const { url } = await upstream(t, (req, res) => {
    const script = req.url === '/page.js'
    res.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    res.end(text(script ? 'page.js' : 'index.html'))
  })
  return new URL(url).port
}
