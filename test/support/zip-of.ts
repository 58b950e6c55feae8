// A ZIP archive in memory, as workflow artifacts come: deflated, sizes in the central directory.

import { crc32, deflateRawSync } from 'node:zlib'

export function zipOf(files: Readonly<Record<string, Buffer>>, method: 'stored' | 'deflated' = 'deflated'): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, data] of Object.entries(files)) {
    const packed = method === 'deflated' ? deflateRawSync(data) : data
    const sizes = { crc: crc32(data), packed: packed.length, size: data.length, method: method === 'deflated' ? 8 : 0 }
    const local = Buffer.concat([
      header(0x04034b50, [20, 0], sizes, Buffer.byteLength(name)),
      Buffer.from(name),
      packed,
    ])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const entry = header(0x02014b50, [20, 20, 0], sizes, Buffer.byteLength(name))
    central.push(Buffer.concat([entry, tail, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(central.length, 8)
  end.writeUInt16LE(central.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

type Sizes = { crc: number; packed: number; size: number; method: number }

/** What a local and a central header have in common, the extra field's length last. */
function header(signature: number, versions: readonly number[], sizes: Sizes, name: number): Buffer {
  const buffer = Buffer.alloc(4 + versions.length * 2 + 22)
  buffer.writeUInt32LE(signature, 0)
  versions.forEach((version, index) => {
    buffer.writeUInt16LE(version, 4 + index * 2)
  })
  const at = 4 + versions.length * 2
  buffer.writeUInt16LE(sizes.method, at)
  buffer.writeUInt32LE(sizes.crc, at + 6)
  buffer.writeUInt32LE(sizes.packed, at + 10)
  buffer.writeUInt32LE(sizes.size, at + 14)
  buffer.writeUInt16LE(name, at + 18)
  return buffer
}
