// An environment: its zones, and what differs there from the rest of the file.

import { z } from 'zod'
import type { Entitled } from '../../core/approval.ts'
import { ok, type Parsed, wrong } from '../fault.ts'
import { show } from '../printable.ts'
import { named, optional, parsed, required } from './key.ts'
import { parseName } from './name.ts'
import { recipeSchema } from './recipe.ts'
import { variablesSchema } from './release.ts'
import { rolloutSchema } from './rollout.ts'
import { sshSchema } from './ssh.ts'
import { zoneSchema } from './zone.ts'

function parseEntitled(text: string): Parsed<Entitled> {
  if (text === 'write' || text === 'maintain' || text === 'admin') return ok({ kind: 'role', role: text })
  const [, organization, slug] = /^team:([A-Za-z0-9-]{1,39})\/([A-Za-z0-9._-]{1,100})$/.exec(text) ?? []
  if (organization !== undefined && slug !== undefined) return ok({ kind: 'team', organization, slug })
  const [, login] = /^user:([A-Za-z0-9-]{1,39})$/.exec(text) ?? []
  if (login !== undefined) return ok({ kind: 'user', login })
  return wrong(`${show(text)} names nobody`, 'write, maintain, admin, team:acme/sre or user:ada')
}

function parseSeenUrl(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const usable = url !== undefined && /^https?:\/\/[\x21-\x7e]+$/.test(text) && text.length <= 500
  if (usable && url.username === '' && url.password === '') return ok(text)
  return wrong(`${show(text)} is not an http(s) address without a login`, 'https://shop.acme.dev')
}

const entitled = parsed(z.string(), parseEntitled)

const approvals = z.strictObject({
  required: optional(z.int('is not a whole number').min(1, 'is less than 1').max(10, 'is more than 10'), {
    description: 'How many different people must approve.',
    example: 2,
    fallback: 1,
  }),
  from: optional(z.array(entitled).min(1, 'is empty: nobody could approve'), {
    description: 'Whose approval counts; any one suffices. As in deployers, which it is without this key.',
    example: ['team:acme/sre'],
  }),
  not_author: optional(z.boolean(), {
    description:
      'Whoever wrote what is rolled out, pushed it last or opened its pull request does not count. Whoever asked for it never does; for a merge, that is who merged.',
    example: false,
    fallback: true,
  }),
})

export const environmentSchema = z
  .strictObject({
    deploy: optional(z.enum(['manual', 'on-merge', 'on-green']), {
      description:
        'What starts a deploy: a person, a merge to the default branch, or green checks after it. A server with GitHub does the last two.',
      example: 'on-merge',
      fallback: 'manual',
    }),
    checks: optional(z.enum(['required', 'all']), {
      description:
        'With deploy: on-green. Which checks must be green: those the branch requires, or all of the commit.',
      example: 'all',
      fallback: 'required',
    }),
    deployers: optional(z.array(entitled).min(1, 'is empty: nobody could deploy'), {
      description:
        'Who may act on rollouts here through GitHub and Slack; any one suffices. write, maintain, admin: at least that right in the repository. team:org/name, user:login.',
      example: ['maintain', 'team:acme/sre'],
      fallback: ['write'],
    }),
    confirm: optional(z.boolean(), {
      description: 'In Slack and on the web page a person is shown the plan of a deploy and must confirm it.',
      example: true,
      fallback: false,
    }),
    approvals: optional(approvals, {
      description: 'A deploy waits until other people have approved it. A rollback does not.',
      example: { required: 1, from: ['team:acme/sre'] },
    }),
    url: optional(parsed(z.string(), parseSeenUrl), {
      description: 'Where this environment is seen by those who use it. GitHub links to it.',
      example: 'https://shop.acme.dev',
    }),
    host_checks: optional(z.int('is not a whole number').min(0, 'is negative').max(100, 'is more than 100'), {
      description:
        'On GitHub a fleet of at most so many hosts has a check run for each host, a larger one for each zone.',
      example: 10,
      fallback: 25,
    }),
    zones: required(named(zoneSchema, parseName), {
      description: 'The machines by failure domain. The order counts for order: zone-by-zone.',
      example: { 'us-east-1a': ['web[01-40].use1a.acme.dev'] },
    }),
    ssh: optional(sshSchema, {
      description: 'How the hosts of this environment are reached.',
      example: { user: 'deploy', identity: 'prod' },
    }),
    rollout: optional(rolloutSchema, {
      description: 'How a rollout goes over these hosts.',
      example: { batch: '25%', max_failures: 2 },
    }),
    recipe: optional(recipeSchema, {
      description: 'Keys of the recipe that differ here.',
      example: { drain: './ops/lb out --slow' },
    }),
    variables: optional(variablesSchema, {
      description: 'Variables that differ here, or exist only here.',
      example: { LOG_LEVEL: 'debug' },
    }),
  })
  .meta({
    description: 'An environment: staging, production.',
    example: { zones: { 'eu-1a': ['web[01-04].staging.acme.dev'] } },
  })
