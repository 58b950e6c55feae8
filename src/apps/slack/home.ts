// The Home tab: who you are here, what waits for your approval, and every environment that you may see, with what runs there, its lock and its rollout.

import { type Block, beside, header, markup, said, weigh } from '../../adapters/slack/blocks.ts'
import { approveButton } from '../../adapters/slack/buttons.ts'
import { code, link } from '../../adapters/slack/escape.ts'
import { approvalMarkup, nameOf, PHASES, progressOf, shortRelease } from '../../adapters/slack/words.ts'
import type { Person } from '../../core/intent.ts'
import { reportRollout } from '../../core/report.ts'
import type { SeenPlace } from '../../engine/ports-desk.ts'
import type { Actor } from './door/arrivals.ts'
import type { ViewContent } from './door/talk.ts'
import { loginOf } from './login-of.ts'
import type { Means } from './means.ts'

export const HOME_DEPLOY = 'houston.home.deploy'

/** Slack takes 100 blocks, and about 13,000 characters: some of them for what stands beside these. */
const MOST_PLACES = 25
const MOST_WEIGHT = 11_500
const MOST_ASKED = 10

export async function homeView(
  means: Means,
  { actor, person }: { actor: Actor; person: Person },
): Promise<ViewContent> {
  const places = await means.desk.places(person)
  const standings = await Promise.all(places.slice(0, MOST_PLACES).map((place) => standing(means, place)))
  const all = (await Promise.all(places.map((place) => waiting(means, { person, place })))).flat()
  const asked = whatFits(all.slice(0, MOST_ASKED))
  const shown = whatFits([...asked, ...standings]).slice(asked.length)
  const more = places.length - shown.length
  const blocks: Block[] = [
    header('Houston'),
    markup([await signedIn(means, { actor, person })]),
    ...(places.length > 0 ? [deployButton()] : []),
    ...asked,
    ...shown,
    ...(more > 0 ? [said(`and ${more} more environments`)] : []),
    ...(places.length === 0 ? [said('There is no environment that you may see.')] : []),
  ]
  return { type: 'home', blocks }
}

function whatFits(blocks: readonly Block[]): Block[] {
  let weight = 0
  return blocks.filter((block) => {
    weight += weigh(block)
    return weight <= MOST_WEIGHT
  })
}

function deployButton(): Block {
  const text = { type: 'plain_text', text: 'Deploy…' } as const
  return {
    type: 'actions',
    block_id: HOME_DEPLOY,
    elements: [{ type: 'button', action_id: HOME_DEPLOY, text, value: 'deploy' }],
  }
}

async function signedIn(
  { offerLink, settings }: Means,
  { actor, person }: { actor: Actor; person: Person },
): Promise<string> {
  if (person.via === 'github') return `You act as ${code(person.name)} of GitHub.`
  if (loginOf(settings, person.id) !== undefined) return `You act as ${code(person.name)}, whom the operator named.`
  const address = await offerLink({ ...actor, name: person.name })
  const how =
    address === undefined
      ? 'The operator can name you in houston.server.yml.'
      : `${link(address, 'Sign in with GitHub')}.`
  return `Which account at GitHub is yours is not known here. ${how}`
}

/** What this person may approve there. Their right is asked again when they do. */
async function waiting(
  { desk, store }: Means,
  { person, place: { application, environment } }: { person: Person; place: SeenPlace },
): Promise<Block[]> {
  const target = { application, environment }
  const [newest] = await store.rollouts({ ...target, limit: 1 })
  if (newest?.cursor.phase !== 'unapproved' || (await desk.mayAct(person, target, 'approve'))) return []
  const record = await store.rollout(newest.id)
  if (!record) return []
  const report = reportRollout({ ...record, hosts: await store.hosts(record.id) })
  const { approvals, requestedBy } = report
  const what = `*${code(nameOf(report))}* waits for your approval. Asked for by ${code(requestedBy)}.`
  return [beside([what, ...(approvals ? [approvalMarkup(approvals)] : [])], approveButton(report))]
}

async function standing({ store }: Means, { application, environment }: SeenPlace): Promise<Block> {
  const place = { application, environment }
  const past = await store.rollouts({ ...place, limit: 10 })
  const good = past.find(({ cursor }) => cursor.phase === 'succeeded')
  const { lock, hold } = (await store.locks(place)).locks
  // What did not end well runs on some hosts: the last good release is not all that runs there.
  const newest = past[0] && past[0].cursor.phase !== 'succeeded' ? await store.rollout(past[0].id) : undefined
  return markup([
    `*${code(application)} ${code(environment)}*  ${good ? code(shortRelease(good.releaseId)) : 'nothing rolled out yet'}`,
    ...(newest ? [await progress(store, newest)] : []),
    ...(lock
      ? [`🔒 locked by ${code(lock.holder.name)}${lock.reason === undefined ? '' : `: ${code(lock.reason)}`}`]
      : []),
    ...(hold ? ['⏸️ automatic deploys are held'] : []),
  ])
}

type Newest = NonNullable<Awaited<ReturnType<Means['store']['rollout']>>>

async function progress(store: Means['store'], record: Newest): Promise<string> {
  const report = reportRollout({ ...record, hosts: await store.hosts(record.id) })
  const { glyph, words } = PHASES[report.phase]
  return `${glyph} ${code(nameOf(report))} ${words}: ${progressOf(report.hosts)}`
}
