// The one place where a value becomes shell text. Nothing else may build shell text out of a value.

/** Single quotes keep every byte but the quote itself; NUL cannot be in a shell variable, so it is refused. */
function quote(value: string): string {
  if (value.includes('\0')) throw new RangeError('a value for a host contains a NUL character')
  return `'${value.replaceAll("'", "'\\''")}'`
}

/** `name='value'` lines for `sh`. Names are ours or were checked with `isVariableName`. */
export function assign(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (!isVariableName(name)) throw new RangeError(`not a variable name: ${JSON.stringify(name)}`)
      return `${name}=${quote(String(value))}\n`
    })
    .join('')
}

export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(text)
}
