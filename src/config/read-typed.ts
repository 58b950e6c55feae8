// Reads one YAML file against one zod schema and gathers everything that is wrong with it. It knows no key of any file.

import type { z } from 'zod'
import { type Reading, readDocument } from './document.ts'
import { explain } from './explain.ts'
import type { Fault, Flaw } from './fault.ts'
import { toJsonSchema } from './json-schema.ts'
import { locateFlaws } from './locate.ts'

export type Typed<T> =
  /** YAML itself could not be read. */
  | { kind: 'broken'; faults: Fault[] }
  /** `value` is absent when there are flaws in its shape; `raw` is what was written. */
  | { kind: 'read'; value?: T; raw: unknown; locate(more: readonly Flaw[]): Fault[] }

export function readTyped<S extends z.ZodType>(text: string, file: string, schema: S): Typed<z.output<S>> {
  const reading = readDocument(text)
  if (reading.broken.length > 0) return { kind: 'broken', faults: brokenFaults(reading, file) }
  const raw = reading.value
  if (raw === null || raw === undefined)
    return { kind: 'broken', faults: [{ file, line: 1, column: 1, path: '', message: 'the file is empty' }] }
  const result = schema.safeParse(raw)
  const flaws = result.success ? [] : explain(result.error.issues, { root: raw, schema: toJsonSchema(schema) })
  const locate = (more: readonly Flaw[]): Fault[] => locateFlaws([...flaws, ...more], reading, file)
  return result.success ? { kind: 'read', value: result.data, raw, locate } : { kind: 'read', raw, locate }
}

function brokenFaults(reading: Reading, file: string): Fault[] {
  return reading.broken.map(({ offset, message }) => ({ file, ...reading.place(offset), path: '', message }))
}
