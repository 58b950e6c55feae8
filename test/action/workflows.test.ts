// Workflows, ours and those of the docs, keep the rules that they preach: least permissions, pinned steps, no values in scripts; and
// they use the steps as they are.

import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { INPUTS, type InputRule, type Verb } from '../../action/src/contract.ts'
import { readInputs, variableOf } from '../../action/src/inputs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const step = z.object({
  ...{ uses: z.string().optional(), run: z.string().optional() },
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
const job = z.object({
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  environment: z.object({ name: z.string(), deployment: z.literal(false) }).optional(),
  steps: z.array(step),
})
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({}),
  jobs: z.record(z.string(), job),
})

type Step = z.infer<typeof step>

/** What is wrong with a workflow. */
function faultsOf(text: string): string[] {
  const { on, jobs } = workflow.parse(parse(text))
  const faults = Object.keys(on).filter((event) => event === 'pull_request_target')
  return [...faults, ...Object.values(jobs).flatMap(({ steps }) => steps.flatMap(stepFaults))]
}

function stepFaults({ uses, run, with: given = {} }: Step): string[] {
  const faults: string[] = []
  if (run?.includes('${{')) faults.push(`a value in a script: ${run}`)
  if (uses && !isPinned(uses)) faults.push(`not pinned: ${uses}`)
  if (uses?.startsWith('actions/checkout') && given['persist-credentials'] !== false) faults.push('keeps its token')
  const verb = /(?:^\.|OWNER\/houston)\/action\/(deploy|rollback|status)/.exec(uses ?? '')?.[1]
  return verb === undefined ? faults : [...faults, ...inputFaults(verb as Verb, given)]
}

/** In the docs a reader puts the SHA in. */
function isPinned(uses: string): boolean {
  return uses.startsWith('./') || /@([0-9a-f]{40}|FULL_COMMIT_SHA)$/.test(uses)
}

function inputFaults(verb: Verb, given: NonNullable<Step['with']>): string[] {
  const rules: Readonly<Record<string, InputRule>> = INPUTS
  const unknown = Object.keys(given).filter((name) => !rules[name]?.of.includes(verb))
  const values = Object.entries(given).map(([name, value]) => [
    variableOf(name),
    String(value).replace(/^\$\{\{.*/, 'x'),
  ])
  const read = readInputs(verb, Object.fromEntries(values))
  return [...unknown.map((name) => `no such input: ${name}`), ...(read.kind === 'faults' ? read.faults : [])]
}

const docs = readFileSync(`${root}/docs/actions.md`, 'utf8')
const blocks = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
const whole = blocks.filter((text) => text.startsWith('on:'))

describe('our workflows', () => {
  it.each(globSync('.github/workflows/*.yml', { cwd: root }))('%s keeps the rules', (file) => {
    expect(faultsOf(readFileSync(`${root}/${file}`, 'utf8'))).toEqual([])
  })
})

describe('docs/actions.md', () => {
  it('has the examples that it promises', () => {
    expect(whole).toHaveLength(7)
  })

  it.each(whole)('%s', (text) => {
    expect(faultsOf(text)).toEqual([])
  })

  it.each(blocks.filter((text) => !whole.includes(text)))('%s', (text) => {
    expect(z.array(step).parse(parse(text)).flatMap(stepFaults)).toEqual([])
  })

  it('explains every input', () => {
    for (const name of Object.keys(INPUTS)) expect(docs).toMatch(new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm'))
  })
})

describe('the rules', () => {
  const head = 'on: { push: {} }\npermissions: {}\njobs:\n  a:\n    permissions: {}\n    steps:\n'
  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's placeholder
    ['- run: echo ${{ github.event.issue.title }}', 'a value in a script'],
    ['- uses: actions/checkout@v4', 'not pinned'],
    ['- uses: ./action/deploy\n        with: { environment: a, server: "http://a.dev" }', 'input server'],
    ['- uses: ./action/deploy\n        with: { environment: a, server: "https://a.dev", zone: b }', 'no such input'],
  ])('%s is found', (line, fault) => {
    expect(faultsOf(`${head}      ${line}`).join('\n')).toContain(fault)
  })

  it('wants permissions', () => {
    expect(() => faultsOf('on: { push: {} }\njobs: {}')).toThrow()
  })
})
