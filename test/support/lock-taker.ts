// A process of its own that takes the lock of a data directory and holds it until its input ends. Says whether it got it.

import { lockDataDirectory } from '../../src/adapters/postgres/data-lock.ts'
import { StoreInUse } from '../../src/adapters/postgres/errors.ts'

const [directory = ''] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
process.stdin.resume().on('end', () => process.exit(0))

try {
  lockDataDirectory(directory, '/run/houston.sock')
  say({ taken: true })
} catch (error) {
  if (!(error instanceof StoreInUse)) throw error
  say({ taken: false, by: error.holder.pid })
}
