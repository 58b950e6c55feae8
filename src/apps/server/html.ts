// Pages of HTML, written so that no text becomes markup: whatever is put into a template is escaped, unless it is a template
// itself. The one escaper of this sink.

/** Markup, put into templates as it is. Others than `html` make it only of what stands in the code. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

type Value = string | number | Html | readonly Html[]

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? render(values[index] ?? '') : '')).join(''),
  )
}

function render(value: Value): string {
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.join('')
  return String(value).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}
