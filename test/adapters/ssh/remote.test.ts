// The suite of `Remote` on hosts in memory and on hosts behind a real SSH server.

import { describe } from 'vitest'
import { fakeBench, sshBench } from '../../support/remote-benches.ts'
import { remoteSuite } from '../../support/remote-suite.ts'
import { sshdMissing } from './sshd.ts'

describe('hosts in memory', () => remoteSuite(fakeBench))

describe.skipIf(sshdMissing)(`hosts behind a real SSH server ${sshdMissing ?? ''}`, () => remoteSuite(sshBench))
