// A ZIP archive with one stored file, as a workflow's artifact is given out.

import { crc32 } from 'node:zlib'

export function zipOne(name: string, bytes: Buffer): Buffer {
  const names = Buffer.from(name)
  // Version, flags, method, time, date, CRC, both sizes, length of the name, of extras.
  const facts = Buffer.alloc(26)
  facts.writeUInt16LE(20, 0)
  facts.writeUInt32LE(crc32(bytes), 10)
  facts.writeUInt32LE(bytes.length, 14)
  facts.writeUInt32LE(bytes.length, 18)
  facts.writeUInt16LE(names.length, 22)
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, names, bytes])
  const central = Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), facts, Buffer.alloc(14), names])
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}
