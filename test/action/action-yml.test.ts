// Each action.yml says what the code takes and gives, and no more.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { INPUTS, type InputRule, OUTPUTS, VERBS } from '../../action/src/contract.ts'

const folder = fileURLToPath(new URL('../../action', import.meta.url))
const described = z.object({ description: z.string().min(10) })
const actionYml = z.strictObject({
  ...{ name: z.string(), description: z.string(), branding: z.object({ icon: z.string(), color: z.string() }) },
  inputs: z.record(
    z.string(),
    z.strictObject({ ...described.shape, required: z.literal(true).optional(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject(described.shape)),
  runs: z.strictObject({ using: z.literal('node24'), main: z.string() }),
})

describe.each(VERBS)('action/%s/action.yml', (verb) => {
  const yml = actionYml.parse(parse(readFileSync(`${folder}/${verb}/action.yml`, 'utf8')))

  it('has the inputs that the code reads, with their defaults', () => {
    const rules: [string, InputRule][] = Object.entries(INPUTS)
    const wanted = rules.filter(([, { of }]) => of.includes(verb)).map(([name, { of: _, ...rest }]) => [name, rest])
    const written = Object.entries(yml.inputs).map(([name, { description: _, ...rest }]) => [name, rest])
    expect(written).toEqual(wanted)
  })

  it('has the outputs that the code writes', () => {
    expect(Object.keys(yml.outputs)).toEqual(OUTPUTS)
  })

  it('starts a file that is there', () => {
    expect(existsSync(`${folder}/${verb}/${yml.runs.main}`)).toBe(true)
  })
})
