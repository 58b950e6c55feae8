// Everything that arrives from Slack, each to what answers it. While GitHub is away nothing waits for it: a person is told, and asks
// again when they want to.

import type { Person } from '../../core/intent.ts'
import { duration } from '../../core/phrases.ts'
import { Later, laterMs } from '../desk/later.ts'
import { remember } from '../desk/remember.ts'
import { readStanding } from './answer-look.ts'
import { afterDeploy, afterRollback, carryCommand } from './carry-command.ts'
import type { ActionArrival, Actor, CommandArrival } from './door/arrivals.ts'
import type { Said, Talk } from './door/talk.ts'
import { offer, showPlan, submit } from './fill-form.ts'
import { FORM, factsOf, filledIn, formView, PLACE, PLACE_BLOCK, REF } from './form.ts'
import type { Context, SlackHandlers } from './handlers.ts'
import { HOME_DEPLOY, homeView } from './home.ts'
import { inTime, TooLate } from './in-time.ts'
import type { Given, Means } from './means.ts'
import { keyOf } from './places.ts'
import { press } from './press.ts'
import type { Scene } from './scene.ts'
import { saidToUs, typedText } from './typed-text.ts'
import { personOf } from './who.ts'
import { type Commands, saidPlainly } from './words.ts'

const LOOK_MS = 1_000
const NAME_MS = 60 * 60_000

export function createSlackHandlers(given: Given): SlackHandlers {
  const means = withMemory(given)
  const { commands } = means.settings
  return {
    async command(arrival, context) {
      const { command, text } = arrival
      const read = readerOf(command, commands)
      if (!read) return await answerTo(arrival, context.talk, saidPlainly(unknownCommand(command, commands)))
      await within(means, { arrival, context }, (scene) => carryCommand(means, scene, read(typedText(text))))
    },
    async mention(arrival, context) {
      const text = saidToUs(arrival.text)
      if (text === undefined) return
      await within(means, { arrival, context }, (scene) =>
        carryCommand(means, scene, afterDeploy(text === '' ? 'help' : text)),
      )
    },
    async action(arrival, context) {
      const { view, action, message } = arrival
      const { talk } = context
      const asked = { ...arrival, ...placeOf({ message, facts: view && factsOf(view) }) }
      await within(means, { arrival: asked, context }, async (scene) => {
        if (view && (action === PLACE || action === REF)) return await showPlan(means, scene, { view, talk })
        await press(means, scene, { arrival, talk })
        // In the Home tab: what was pressed there is to be seen there.
        if (view?.callbackId === '') await talk.publishHome(arrival.user, await homeView(means, scene))
      })
    },
    async submission(arrival, context) {
      if (arrival.view.callbackId !== FORM) return
      const asked = { ...arrival, ...placeOf({ facts: factsOf(arrival.view) }) }
      await within(means, { arrival: asked, context }, (scene) => submit(means, scene, arrival))
    },
    async home(arrival, { talk }) {
      const person = await personOf(means, arrival, talk)
      await talk.publishHome(arrival.user, await homeView(means, { actor: actorOf(arrival), person }))
    },
    opens: (arrival) =>
      arrival.kind === 'command'
        ? arrival.command === commands.deploy && arrival.text.trim() === ''
        : arrival.action === HOME_DEPLOY,
    open: (arrival, talk) => openForm(arrival, { talk, commands }),
    options: async (arrival, talk) => await offer(means, arrival, await personOf(means, arrival, talk)),
    check({ view }) {
      if (view.callbackId !== FORM || filledIn(view)) return undefined
      return { response_action: 'errors', errors: { [PLACE_BLOCK]: 'Choose where to deploy.' } }
    },
  }
}

/** By name, and nothing by default: whoever named the commands anew in Slack alone would deploy with what is to roll back. */
function readerOf(command: string, { deploy, rollback }: Commands): typeof afterDeploy | undefined {
  if (command === deploy) return afterDeploy
  return command === rollback ? afterRollback : undefined
}

function unknownCommand(command: string, { deploy, rollback }: Commands): string {
  return `${command} is none of the commands that Houston is set up with: ${deploy} and ${rollback}. The operator names them at slack.commands of houston.server.yml.`
}

/** Rejects with what Slack says; but whoever asked has heard what to do instead. */
async function openForm(
  arrival: CommandArrival | ActionArrival,
  { talk, commands: { deploy } }: { talk: Talk; commands: Commands },
): Promise<void> {
  const { responseUrl, triggerId } = arrival
  const where = arrival.kind === 'command' ? { channel: arrival.channel } : {}
  try {
    await talk.openView(triggerId, formView({ ...where, ...(responseUrl !== undefined && { responseUrl }) }))
  } catch (error) {
    const instead = `The form could not be opened in time. Try again, or type ${deploy} <environment>.`
    await answerTo(arrival, talk, saidPlainly(instead))
    throw error
  }
}

/** Many who look at once cost one look, and Slack is asked for a name once. */
function withMemory(given: Given): Means {
  const { now } = given
  const standing = remember({ forMs: LOOK_MS, atMostMs: LOOK_MS, now }, keyOf, (target) => readStanding(given, target))
  const nameOf = remember(
    { forMs: NAME_MS, atMostMs: NAME_MS, now },
    ({ team, user }: Actor & { talk: Talk }) => `${team}/${user}`,
    ({ talk, user }) => talk.nameOf(user),
  )
  return { ...given, desk: inTime(given.desk, given), standing, nameOf }
}

type Asked = Actor & { channel?: string; thread?: string; ts?: string; responseUrl?: string }

function placeOf({
  message,
  facts,
}: {
  message?: { channel: string; thread?: string } | undefined
  facts?: { channel?: string; responseUrl?: string } | undefined
}): Pick<Asked, 'channel' | 'thread' | 'responseUrl'> {
  if (message) return { channel: message.channel, ...(message.thread !== undefined && { thread: message.thread }) }
  const { channel, responseUrl } = facts ?? {}
  return { ...(channel !== undefined && { channel }), ...(responseUrl !== undefined && { responseUrl }) }
}

async function within(
  means: Means,
  { arrival, context }: { arrival: Asked; context: Context },
  carry: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { talk } = context
  const answer = (said: Said) => answerTo(arrival, talk, said)
  try {
    const person = await personOf(means, arrival, talk)
    await carry(sceneOf({ arrival, context, person, answer }))
  } catch (error) {
    // Told or not: it must not come back again and again.
    if (error instanceof TooLate) return await answer(saidPlainly(tooLate(error))).catch(giveUp)
    if (!isOutage(error)) throw error
    await answer(saidPlainly(AWAY))
  }
}

function giveUp(error: unknown): void {
  if (!(error instanceof Later)) throw error
}

function tooLate({ ageMs }: TooLate): string {
  return `This was asked for ${duration(ageMs)} ago, and it is not carried out so late: Houston or Slack was away. Look how things stand, then ask again.`
}

/** GitHub's. When Slack is away, the inbox comes back to the whole thing. */
function isOutage(error: unknown): boolean {
  return !(error instanceof Later) && laterMs(error) !== undefined
}

const AWAY =
  'GitHub does not answer, so nothing was begun: what it says of releases and rights is not known. Try again later; from a terminal at the server houston rollback needs nobody.'

function sceneOf(of: { arrival: Asked; context: Context; person: Person; answer: Scene['answer'] }): Scene {
  const { arrival, context, person, answer } = of
  const { team, channel = '', thread } = arrival
  const where = { team, channel, ...(thread !== undefined && { thread }) }
  return { actor: actorOf(arrival), person, where, intent: context.intent, at: context.at, answer }
}

/** Without a channel (from the Home tab) the person is told in private. */
async function answerTo({ user, channel, thread, responseUrl }: Asked, talk: Talk, said: Said): Promise<void> {
  if (channel === undefined) return void (await talk.post({ channel: user }, said))
  const back = { ...(thread !== undefined && { thread }), ...(responseUrl !== undefined && { responseUrl }) }
  await talk.answer({ user, channel, ...back }, said)
}

function actorOf({ team, user }: Actor): Actor {
  return { team, user }
}
