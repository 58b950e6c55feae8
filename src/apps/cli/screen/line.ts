// A line of output as data: pieces of raw text with a style. Renderers make lines; only `paint.ts` turns them into bytes,
// so nothing can reach a terminal past the escaper.

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Piece = string | { text: string; style: Style }

export type Line = readonly Piece[]

export function styled(style: Style, text: string | number): Piece {
  return { text: String(text), style }
}

/** A table with aligned columns; the last column is not padded. */
export function table(rows: readonly (readonly Piece[])[]): Line[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length)
    })
  return rows.map((row) =>
    row.flatMap((cell, column): Piece[] =>
      column === row.length - 1 ? [cell] : [cell, ' '.repeat((widths[column] ?? 0) - textOf(cell).length + 2)],
    ),
  )
}

export function indent(lines: readonly Line[], by = 2): Line[] {
  return lines.map((line) => [' '.repeat(by), ...line])
}

/** A name from outside, kept short enough for a column. The end is what tells hosts of one domain least apart. */
export function short(name: string, most = 48): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name
}

function textOf(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece.text
}
