// The step `action/deploy`, as the runner starts it. Nothing else imports it.

import { runStep } from './run-step.ts'

await runStep('deploy')
