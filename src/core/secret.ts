// A text that must not be seen. It prints as [REDACTED] wherever it is printed; only `reveal` gives it away, by name.

const REDACTED = '[REDACTED]'

/** A class, because only a private field stays out of JSON, string conversion, spreading and inspection alike. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** For the one place that needs it: a connection, a key parser, the redactor. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED
  }
}
