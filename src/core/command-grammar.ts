// The one grammar of what people type, whichever door it comes through: verbs, what may stand behind each, and its options.
// It is data; `read-command.ts` reads by it, help is printed from it.

/** `release`: a ref, version or release, as typed; `host` and `release` are one word each. */
type Slot = 'environment' | 'release' | 'host'

/** What an option takes: nothing, any text, or a duration. */
type OptionKind = 'nothing' | 'text' | 'duration'

export type VerbGrammar = {
  /** In this order. An application may stand before the environment. */
  needs: readonly Slot[]
  may: readonly Slot[]
  options: Readonly<Record<string, OptionKind>>
  /** What it does, for help: a short sentence without a full stop. */
  does: string
}

const REASON = { reason: 'text' } as const

export const VERBS = {
  deploy: {
    needs: ['environment'],
    may: ['release'],
    options: { plan: 'nothing', all: 'nothing', backwards: 'nothing', ...REASON },
    does: 'rolls a release out; --plan only shows what it would do',
  },
  rollback: {
    needs: ['environment'],
    may: ['release'],
    options: REASON,
    does: 'goes back to the last release that was good there, or to the named one',
  },
  halt: { needs: ['environment'], may: [], options: {}, does: 'touches no further host' },
  resume: {
    needs: ['environment'],
    may: [],
    options: {},
    does: 'goes on after a halt with the hosts that never started',
  },
  continue: { needs: ['environment'], may: [], options: {}, does: 'goes on to the next zone' },
  retry: { needs: ['environment'], may: [], options: {}, does: 'runs the failed and the never-started hosts' },
  skip: { needs: ['environment', 'host'], may: [], options: {}, does: 'takes a dead host out of the rollout' },
  abort: { needs: ['environment'], may: [], options: {}, does: 'ends the rollout; hosts stay as they are' },
  approve: {
    needs: ['environment'],
    may: ['release'],
    options: {},
    does: 'lets a rollout begin that waits for a second person; a named release, only that one',
  },
  lock: {
    needs: ['environment'],
    may: [],
    options: { ...REASON, for: 'duration' },
    does: 'keeps everybody else from deploying there',
  },
  unlock: {
    needs: ['environment'],
    may: [],
    options: { steal: 'nothing' },
    does: 'opens a lock; --steal another person’s',
  },
  status: { needs: [], may: ['environment'], options: {}, does: 'shows what runs and what is being rolled out' },
  history: {
    needs: ['environment'],
    may: [],
    options: { at: 'text' },
    does: 'shows past rollouts; --at what ran then',
  },
  where: { needs: ['release'], may: [], options: {}, does: 'shows where a commit, release or #pull request runs' },
  help: { needs: [], may: [], options: {}, does: 'explains each word' },
} as const satisfies Record<string, VerbGrammar>

export type Verb = keyof typeof VERBS

/** A verb's grammar, seen alike for all verbs. */
export function grammarOf(verb: Verb): VerbGrammar {
  return VERBS[verb]
}

export function isVerb(word: string): word is Verb {
  return Object.hasOwn(VERBS, word)
}
