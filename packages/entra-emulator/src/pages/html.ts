/** HTML that is safe to put into a page. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

const render = (value: string | Html | readonly Html[]): string => {
  if (value instanceof Html) return value.text
  if (typeof value !== 'string') return value.map(({ text }) => text).join('')
  return value.replaceAll(/[&<>"']/g, character => entities[character] ?? '')
}

/** Writes HTML; every value that is not itself {@link Html} is escaped. */
export const html = (parts: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html =>
  new Html(parts.reduce((text, part, index) => text + render(values[index - 1] ?? '') + part))

const style = new Html(`
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
  .banner { background: #fff4ce; border: 1px solid #d8b400; padding: .5rem 1rem }
  button { font: inherit; padding: .5rem 1rem; margin: .25rem .5rem .25rem 0; cursor: pointer }
  code { background: #f3f2f1; padding: 0 .25rem } li { margin: .25rem 0 }
`)

/** A whole page, under a banner that says what this is. */
export const page = (title: string, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <p class="banner">
          Entra ID emulator: for tests and demonstrations. This is not Microsoft, and nobody really signs in.
        </p>
        <h1>${title}</h1>
        ${content}
      </body>
    </html>`.text
