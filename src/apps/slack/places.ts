// Which environments a word in a channel can mean: those of the application that the operator gave the channel to, and those that
// the person may see anyway.

import { matchesGlob } from '../../config/glob.ts'
import type { SlackChannel } from '../../config/settings.ts'
import type { Target } from '../../core/command.ts'
import type { Person } from '../../core/intent.ts'
import type { SeenPlace } from '../../engine/ports-desk.ts'
import type { Means } from './means.ts'

export type Where = { team: string; channel: string }

/** `home`: the application that is meant when several fit. */
export type Places = { places: readonly SeenPlace[]; home?: string }

export async function placesIn(means: Means, where: Where, person: Person): Promise<Places> {
  const own = means.settings.channels.filter((each) => isHere(each, where))
  const [open, seen] = await Promise.all([
    Promise.all(own.map((each) => placesOfChannel(means, each))),
    means.desk.places(person),
  ])
  const all = new Map([...open.flat(), ...seen].map((place) => [keyOf(place), place]))
  const home = own[0]?.application
  return { places: [...all.values()], ...(home !== undefined && { home }) }
}

async function placesOfChannel(means: Means, channel: SlackChannel): Promise<readonly SeenPlace[]> {
  const { application, environments = ['*'], repository } = channel
  const places = await means.desk.placesOf(application)
  return places.filter((place) => {
    if (repository !== undefined && place.repository?.toLowerCase() !== repository.toLowerCase()) return false
    return environments.some((glob) => matchesGlob(glob, place.environment))
  })
}

function isHere(channel: SlackChannel, where: Where): boolean {
  return channel.channel === where.channel && (channel.team === undefined || channel.team === where.team)
}

/** Neither name has a slash. */
export function keyOf({ application, environment }: Target): string {
  return `${application}/${environment}`
}
