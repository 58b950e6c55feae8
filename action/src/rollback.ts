// The step `action/rollback`, as the runner starts it. Nothing else imports it.

import { runStep } from './run-step.ts'

await runStep('rollback')
