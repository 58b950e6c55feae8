// A program of its own: makes the files of an empty embedded Postgres in the directory that it is given, and ends. That
// takes half a gigabyte of memory for a few seconds, which the process that uses the store must not keep.

import { openEmbedded } from './connect-embedded.ts'

const [, , directory = ''] = process.argv
const connection = await openEmbedded(directory)
await connection.close()
