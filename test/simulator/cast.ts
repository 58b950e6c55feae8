// Who there is, and under which names they speak: the simulation knows which names are one human's, the engine does not.

import type { Person } from '../../src/core/intent.ts'

export const HUMANS = ['ada', 'bob', 'eve', 'cyd', 'dan', 'fay'] as const
export type Human = (typeof HUMANS)[number]

/** `slack` is linked to no account; `door` is, and stands at Slack; `workflow`: a run that this human has started. */
const WAYS = ['github', 'door', 'slack', 'workflow'] as const
export type Way = (typeof WAYS)[number]

export type Voice = { human: Human; way: Way }

export function personOf({ human, way }: Voice): Person {
  const number = String(HUMANS.indexOf(human) + 1)
  switch (way) {
    case 'github':
      return { via: 'github', id: number, name: human }
    case 'door':
      return { via: 'github', id: number, name: `${human} at Slack`, door: 'slack' }
    case 'slack':
      return { via: 'slack', id: `T1/U${number}`, name: human }
    case 'workflow':
      return { via: 'workflow', id: `900/${number}`, name: `acme/shop (${human})`, door: 'action' }
    default:
      return way satisfies never
  }
}

/** Nobody: a name that this simulation gave to no one. */
export function voiceOf({ via, id }: Person): Voice | undefined {
  const voices = HUMANS.flatMap((human) => WAYS.map((way): Voice => ({ human, way })))
  return voices.find((voice) => {
    const person = personOf(voice)
    return person.via === via && person.id === id
  })
}
