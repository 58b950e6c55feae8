// What is rolled out, and where it lives on the hosts.

import { z } from 'zod'
import { type Flaw, ok, type Parsed, wrong } from '../fault.ts'
import { checkPlaceholders, fillPlaceholders, hasPlaceholders } from '../placeholders.ts'
import { show } from '../printable.ts'
import { named, optional, parsed, required, ruled } from './key.ts'
import { parseVariableName } from './name.ts'

/** What a value may name that differs from release to release. */
const PER_RELEASE = ['commit', 'release']

function parseUrl(text: string): Parsed<string> {
  const checked = checkPlaceholders(text, PER_RELEASE)
  if (checked.kind === 'wrong') return checked
  const sample = fillPlaceholders(text, { commit: '0', release: '0' })
  const url = URL.canParse(sample) ? new URL(sample) : undefined
  const printable = /^https?:\/\/[\x21-\x7e]+$/.test(sample) && text.length <= 2000
  if (url === undefined || !printable)
    return wrong(`${show(text)} is not an http(s) URL`, 'https://artefacts.acme.dev/storefront-{{commit}}.tgz')
  if (url.username === '' && url.password === '') return ok(text)
  return wrong('holds a login: secrets do not belong into this file', `${url.protocol}//${url.host}…`)
}

function parseSha256(text: string): Parsed<string> {
  if (/^[0-9a-f]{64}$/i.test(text)) return ok(text.toLowerCase())
  return wrong(`${show(text)} is not a SHA-256`, '64 hexadecimal digits, as sha256sum prints them')
}

function parseDirectory(text: string): Parsed<string> {
  const checked = checkPlaceholders(text, ['host'])
  if (checked.kind === 'wrong') return checked
  const parts = fillPlaceholders(text, { host: 'h' }).split('/').slice(1)
  const safe =
    text.startsWith('/') &&
    text.length <= 500 &&
    parts.every((part) => /^[A-Za-z0-9_+@.-]+$/.test(part) && !/^\.\.?$|^-/.test(part))
  return safe
    ? ok(text)
    : wrong(
        `${show(text)} is not a usable absolute path`,
        'a path such as /srv/storefront: no "..", spaces or "/" at its end',
      )
}

function parsePath(text: string): Parsed<string> {
  if (text === '' || text.includes('\u0000')) return wrong(`${show(text)} is not a path`, './dist')
  return checkPlaceholders(text, PER_RELEASE)
}

function parseFrom(text: string): Parsed<'none' | 'path' | 'tarball'> {
  if (text === 'none' || text === 'path' || text === 'tarball') return ok(text)
  if (text === 'url') return wrong('url needs its address', '{ url: "https://…/{{commit}}.tgz" }')
  if (text === 'asset') return wrong('asset needs a pattern', '{ asset: "storefront-*.tgz" }')
  if (text === 'artifact') return wrong('artifact needs its name', '{ artifact: storefront }')
  return wrong(
    `${show(text)} is no source of a release`,
    'tarball, path, none, { url: … }, { asset: … } or { artifact: … }',
  )
}

/** A file's name as GitHub lists it; `*` stands for any letters in a pattern. */
function parseFileName(text: string): Parsed<string> {
  if (/^[A-Za-z0-9._+*-]{1,200}$/.test(text) && /[A-Za-z0-9]/.test(text)) return ok(text)
  return wrong(`${show(text)} is not a file name: letters, digits, ".", "_", "+", "-" and "*"`, 'storefront-*.tgz')
}

const fromAsset = z.strictObject({
  asset: required(parsed(z.string(), parseFileName), {
    description:
      'A .tgz among the files of the GitHub release of that tag; * stands for any letters, and one file must fit.',
    example: 'storefront-*.tgz',
  }),
})

const fromArtifact = z.strictObject({
  artifact: required(parsed(z.string(), parseFileName), {
    description: 'Name of a workflow artifact of that commit. It must hold one .tgz.',
    example: 'storefront',
  }),
})

const fromUrl = ruled(
  z.strictObject({
    url: required(parsed(z.string(), parseUrl), {
      description: 'Where the archive is. {{commit}} and {{release}} are filled in.',
      example: 'https://artefacts.acme.dev/storefront-{{commit}}.tgz',
    }),
    sha256: optional(parsed(z.string(), parseSha256), {
      description:
        "The archive's SHA-256. Only a url with a placeholder goes without: it is then given with each deploy.",
      example: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
    }),
    delivery: optional(z.enum(['pull', 'push']), {
      description: 'pull: each host downloads it. push: Houston downloads it once and sends it through SSH.',
      example: 'push',
      fallback: 'pull',
    }),
  }),
  fixedUrlHasSum,
)

function fixedUrlHasSum(value: object): Flaw[] {
  const url = 'url' in value && typeof value.url === 'string' ? value.url : '{{commit}}'
  if (hasPlaceholders(url) || 'sha256' in value) return []
  return [
    { path: ['sha256'], message: 'is missing', write: 'sha256: (64 hexadecimal digits, as sha256sum prints them)' },
  ]
}

export const variablesSchema = named(
  parsed(z.union([z.string(), z.number(), z.boolean()]), (value): Parsed<string> => {
    return String(value).includes('\u0000')
      ? wrong('holds a NUL character, which no environment can carry')
      : ok(String(value))
  }).meta({ description: 'The value. Quote what could be mistaken for a number.', example: 'info' }),
  parseVariableName,
)

function pathFitsSource(value: object): Flaw[] {
  const from = 'from' in value ? value.from : undefined
  if (from === 'path' && !('path' in value)) return [{ path: ['path'], message: 'is missing', write: 'path: ./dist' }]
  if (from === 'path' || from === undefined || !('path' in value)) return []
  return [{ path: ['path'], at: 'key', message: 'has no effect without from: path', write: 'from: path' }]
}

export const releaseSchema = ruled(
  z.strictObject({
    from: required(z.union([parsed(z.string(), parseFrom), fromUrl, fromAsset, fromArtifact]), {
      description:
        'tarball: the files of the commit. path: a directory or .tgz here. none: the recipe gets the files itself. { url: … }: an archive to download. { asset: … }, { artifact: … }: a file of a GitHub release or workflow.',
      example: 'path',
    }),
    path: optional(parsed(z.string(), parsePath), {
      description:
        'With from: path. A directory or .tgz, relative to the repository. {{commit}} and {{release}} are filled in.',
      example: './dist',
    }),
    directory: optional(parsed(z.string(), parseDirectory), {
      description: "Absolute path on the hosts. {{host}} is replaced by each host's name.",
      example: '/srv/storefront',
      fallback: '/srv/<application>',
    }),
    keep: optional(
      z
        .int('is not a whole number')
        .min(2, 'is less than 2: the release before must stay for a rollback')
        .max(1000, 'is more than 1000'),
      {
        description: 'How many releases stay on a host.',
        example: 5,
        fallback: 5,
      },
    ),
    variables: optional(variablesSchema, {
      description: 'Environment variables of every step. They belong to the release and come back with a rollback.',
      example: { LOG_LEVEL: 'info' },
    }),
  }),
  pathFitsSource,
)

export type ReleasePart = z.output<typeof releaseSchema>
