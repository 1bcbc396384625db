import { createHash } from 'node:crypto'
import type { HeaderList, RefusalForm, Reply } from '@sluice/plugin-api'
import { html, Html } from './html.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --soft: #f3f2f1; --line: #8a8886; --act: #0f5ea8; --on-act: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f2f1; --paper: #1b1b1b; --soft: #2d2c2b; --line: #a19f9d; --act: #6cb8f6; --on-act: #10263a } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 32rem; margin: 0 auto; padding: 1.5rem 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; line-height: 1.25 }
dl { background: var(--soft); padding: .75rem 1rem; border-radius: .25rem }
dt, small { font-size: .875rem } small { display: block; font-weight: 400 } dd.claim { font-weight: 400 } dd { margin: 0 0 .75rem; font-weight: 600 } dd:last-child { margin-bottom: 0 }
ul { margin: 0; padding-left: 1.25rem }
label { display: flex; gap: .5rem; align-items: baseline; margin: 1rem 0 }
button { font: inherit; padding: .625rem 1.5rem; margin: 0 .5rem .5rem 0; border: 1px solid var(--line); border-radius: .25rem; background: var(--paper); color: var(--ink); cursor: pointer }
button.act { background: var(--act); border-color: var(--act); color: var(--on-act) }
a { color: var(--act) }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
`
/** In one piece: nothing that lays out the page's source may change a byte of what the digest is of. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`)
const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64')

/**
 * Fields of every page: no script at all, its own style by digest, in no frame, its forms only to here. The referrer stays
 * on this origin: without any, browsers would send `Origin: null` with the form.
 */
const FIELDS: HeaderList = [
  ['content-type', 'text/html; charset=utf-8'],
  ['cache-control', 'no-store'],
  [
    'content-security-policy',
    `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`
  ],
  ['x-frame-options', 'DENY'],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['x-robots-tag', 'noindex']
]

/** Takes a page out of reach of the window that opened it. */
export const ALONE: HeaderList = [['cross-origin-opener-policy', 'same-origin']]

/** Fields of a page on the way to a client. One that is a web site may wait for the answer in the window that opened the page. */
export const openerFields = (redirect: string): HeaderList => (redirect.startsWith('https://') ? [] : ALONE)

/** A whole page. @param goOn Where the browser goes by itself */
export const page = (title: string, content: Html, fields: HeaderList = [], goOn?: string): Reply & RefusalForm => ({
  status: 200,
  headers: [...FIELDS, ...fields],
  body: html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${goOn === undefined ? '' : html`<meta http-equiv="refresh" content="0; url=${goOn}" />`}
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.text
})
