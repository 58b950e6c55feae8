// Writes tar archives (POSIX ustar, pax for long names), byte for byte the same for the same files. It reads nothing.

export type TarEntry = {
  path: string
  kind: 'file' | 'directory' | 'symlink'
  executable?: boolean
  size?: number
  target?: string
  /** Seconds since 1970. */
  modifiedAt: number
}

const BLOCK = 512

/** The header blocks of an entry; a file's bytes follow, then `padding(size)`. */
export function tarHeader(entry: TarEntry): Buffer {
  const path = entry.kind === 'directory' ? `${entry.path}/` : entry.path
  const records = [pax('path', path), pax('linkpath', entry.target ?? '')].join('')
  const header = ustar({ ...entry, path })
  if (records === '') return header
  const body = Buffer.from(records)
  const extended = ustar({ path: 'pax', kind: 'pax', size: body.length, modifiedAt: 0 })
  return Buffer.concat([extended, body, padding(body.length), header])
}

export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

export const TAR_END = Buffer.alloc(2 * BLOCK)

/** Only what a header's 100 ASCII bytes cannot hold. A record's length counts its own digits. */
function pax(key: 'path' | 'linkpath', value: string): string {
  if (value.length <= 100 && /^[\x20-\x7e]*$/.test(value)) return ''
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + 1
  while (String(length).length + rest !== length) length = String(length).length + rest
  return `${length} ${key}=${value}\n`
}

const TYPES = { file: '0', symlink: '2', directory: '5', pax: 'x' } as const

function ustar(entry: Omit<TarEntry, 'kind'> & { kind: keyof typeof TYPES }): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  const mode = entry.kind === 'directory' || entry.kind === 'symlink' || entry.executable ? 0o755 : 0o644
  const size = entry.size ?? 0
  block.write(entry.path.slice(0, 100), 0, 100, 'latin1')
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(Math.min(size, 0o77777777777), 124, 12)
  octal(entry.modifiedAt, 136, 12)
  block.fill(' ', 148, 156)
  block.write(TYPES[entry.kind], 156, 'latin1')
  block.write((entry.target ?? '').slice(0, 100), 157, 100, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}
