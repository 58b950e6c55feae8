// The events that the App subscribes to, from its manifest.

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const manifest = z.object({ default_events: z.array(z.string()) })
const file = new URL('../../../app.yml', import.meta.url)

export const EVENTS = manifest.parse(parse(readFileSync(file, 'utf8'))).default_events
