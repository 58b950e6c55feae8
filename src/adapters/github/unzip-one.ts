// Takes the one file out of a ZIP archive that holds exactly one, as workflow artifacts do: by its central directory, so that
// what is counted and what is taken are the same. It follows no name inside the archive.

import { createWriteStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { capped } from './capped.ts'

export type Unzipped = { kind: 'file'; name: string } | { kind: 'refused'; why: 'not-a-zip' | 'not-one-file' }

type Entry = { name: string; method: number; bytes: number; offset: number }

const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const CENTRAL = { signature: 0x02014b50, bytes: 46 }
const LOCAL = { signature: 0x04034b50, bytes: 30 }
const END = 0x06054b50
const STORED = 0
const DEFLATED = 8

/** Writes the file to `target`. Rejects when it is larger than `maxBytes`. */
export async function unzipOne(source: string, target: string, maxBytes: number): Promise<Unzipped> {
  const file = await open(source)
  try {
    const entries = await readEntries(file)
    if (!entries) return { kind: 'refused', why: 'not-a-zip' }
    const [entry, ...others] = entries.filter(({ name }) => !name.endsWith('/'))
    if (!entry || others.length > 0) return { kind: 'refused', why: 'not-one-file' }
    const start = await dataStart(file, entry.offset)
    if (start === undefined || (entry.method !== STORED && entry.method !== DEFLATED))
      return { kind: 'refused', why: 'not-a-zip' }
    const packed = file.createReadStream({ start, end: start + entry.bytes - 1, autoClose: false })
    const out = createWriteStream(target, { mode: 0o600 })
    if (entry.method === STORED) await pipeline(packed, capped(maxBytes), out)
    else await pipeline(packed, createInflateRaw(), capped(maxBytes), out)
    return { kind: 'file', name: entry.name }
  } finally {
    await file.close()
  }
}

/** `undefined`: no ZIP, or one of more than 4 GiB or 65,534 files, which nobody needs here. */
async function readEntries(file: FileHandle): Promise<Entry[] | undefined> {
  const { size } = await file.stat()
  const tail = await read(file, Math.max(0, size - END_BYTES - LONGEST_COMMENT), size)
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END) continue
    const [count, bytes, offset] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
    if (count === 0xffff || offset === 0xffffffff || offset + bytes > size) return undefined
    return parseEntries(await read(file, offset, offset + bytes), count)
  }
  return undefined
}

function parseEntries(directory: Buffer, count: number): Entry[] | undefined {
  const entries: Entry[] = []
  for (let at = 0; entries.length < count; ) {
    if (at + CENTRAL.bytes > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature) return undefined
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field))
    const nameEnd = at + CENTRAL.bytes + (name ?? 0)
    entries.push({
      name: directory.toString('utf8', at + CENTRAL.bytes, nameEnd),
      method: directory.readUInt16LE(at + 10),
      bytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    })
    at = nameEnd + (extra ?? 0) + (comment ?? 0)
  }
  return entries
}

async function dataStart(file: FileHandle, offset: number): Promise<number | undefined> {
  const header = await read(file, offset, offset + LOCAL.bytes)
  if (header.length < LOCAL.bytes || header.readUInt32LE(0) !== LOCAL.signature) return undefined
  return offset + LOCAL.bytes + header.readUInt16LE(26) + header.readUInt16LE(28)
}

async function read(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
  return buffer.subarray(0, bytesRead)
}
