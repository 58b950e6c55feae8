// The shells under which the host's scripts are tried. One that is not installed says so, and must be there where nothing may be skipped.

import { execFileSync } from 'node:child_process'

/** `missing`: why it is skipped, empty when it is not. */
export const SHELLS = ['sh', 'bash', 'busybox'].map((name) => {
  const path = execFileSync('sh', ['-c', `command -v ${name} || true`])
    .toString()
    .trim()
  const skipped = path === '' && process.env.HOUSTON_TEST_NO_SKIP !== '1'
  return { name, path, missing: skipped ? `skipped: ${name} is not installed` : '' }
})
