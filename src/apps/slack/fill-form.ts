// The form at work: what its selects offer, the plan that it shows, and what its submission does.

import { type Block, preformatted } from '../../adapters/slack/blocks.ts'
import { plain } from '../../adapters/slack/escape.ts'
import type { Person } from '../../core/intent.ts'
import { reportPlan } from '../../core/report-plan.ts'
import type { SeenPlace } from '../../engine/ports-desk.ts'
import { shortPlanLines } from '../cli/words/plan.ts'
import type { OptionsArrival, SubmissionArrival, View } from './door/arrivals.ts'
import type { Option, Said, Talk } from './door/talk.ts'
import { digestSeen, factsOf, filledIn, formView, PLACE, REF } from './form.ts'
import type { Means } from './means.ts'
import { order } from './order.ts'
import { keyOf, placesIn } from './places.ts'
import { askerOf, type Scene } from './scene.ts'
import { tellActed, tellRefusal } from './tell.ts'
import { saidLines } from './words.ts'

const MOST_OPTIONS = 100
/** Slack's limits of an option. */
const MOST_VALUE = 150
const MOST_LABEL = 75

/** Only looks. */
export async function offer(means: Means, arrival: OptionsArrival, person: Person): Promise<readonly Option[]> {
  const { action, typed, team, view } = arrival
  const options =
    action === PLACE
      ? await placeOptions(means, { typed, team, view, person })
      : action === REF
        ? await refOptions(means, { typed, view, person })
        : []
  return options.filter(({ value }) => value.length <= MOST_VALUE).slice(0, MOST_OPTIONS)
}

type Asked = { typed: string; view: View | undefined; person: Person }

async function placeOptions(means: Means, { typed, team, view, person }: Asked & { team: string }): Promise<Option[]> {
  const channel = (view && factsOf(view)?.channel) ?? ''
  const { places } = await placesIn(means, { team, channel }, person)
  const words = typed.toLowerCase().split(/[\s·/]+/)
  return places
    .filter((place) => words.every((word) => keyOf(place).toLowerCase().includes(word)))
    .map((place) => ({ text: plain(labelOf(place), MOST_LABEL), value: keyOf(place) }))
}

function labelOf({ application, environment }: SeenPlace): string {
  return `${application} · ${environment}`
}

/** A commit can be typed: it is offered as it is. */
async function refOptions(means: Means, { typed, view, person }: Asked): Promise<Option[]> {
  const filled = view && filledIn(view)
  const refs = filled ? await means.desk.refs(person, filled.deploy.target, typed) : []
  const commit = /^[0-9a-f]{7,40}$/i.test(typed.trim()) ? [{ text: typed.trim(), value: typed.trim() }] : []
  const found = refs.map(({ ref, kind }) => ({
    text: plain(kind === 'branch' ? ref : `${ref} (${kind})`, MOST_LABEL),
    value: ref,
  }))
  return [...commit, ...found]
}

/** Something was chosen: the plan of it. */
export async function showPlan(means: Means, scene: Scene, { view, talk }: { view: View; talk: Talk }): Promise<void> {
  const { seen: _, ...facts } = factsOf(view) ?? {}
  const filled = filledIn(view)
  if (!filled) return
  const { place, deploy } = filled
  const plan = await means.desk.plan(askerOf(scene), deploy)
  if (plan.kind === 'refused') {
    const told = await tellRefusal(means, scene, { refusal: plan, target: deploy.target })
    return await talk.updateView(view.id, formView(facts, blocksOf(told)))
  }
  const seen = { place, digest: plan.digest, ...(deploy.ref !== undefined && { ref: deploy.ref }) }
  const told = saidLines('This is what it would do:', shortPlanLines(reportPlan(plan)))
  await talk.updateView(view.id, formView({ ...facts, seen }, blocksOf(told)))
}

/** Whoever submitted before a plan was shown is shown it, and asked. */
export async function submit(means: Means, scene: Scene, { view }: SubmissionArrival): Promise<void> {
  const filled = filledIn(view)
  if (!filled) return
  const { deploy } = filled
  const digest = digestSeen(factsOf(view) ?? {}, filled)
  if (digest === undefined)
    return await scene.answer(await order(means, scene, { deploy, show: false, confirms: true }))
  const acted = await means.desk.act(askerOf(scene), { ...deploy, approvedDigest: digest })
  await scene.answer(await tellActed(means, scene, { act: deploy, acted }))
}

function blocksOf({ text, blocks }: Said): readonly Block[] {
  return (blocks as readonly Block[] | undefined) ?? [preformatted(text)]
}
