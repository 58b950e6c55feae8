// Every refusal in words: what, why, and the next thing to type. Closed: a new reason does not compile without words. Data
// only: the words hold what people and hosts wrote, and each door escapes them for its screen.

import type { Refusal, RefusalReason } from '../../core/intent.ts'
import { lockWords } from './lock.ts'

export type Words = { what: string; why: string; next: string }

/** Writes a command as the door does: `houston rollback prod`, `/rollback prod`. */
export type Spell = (command: string) => string

/** `environment`: as it is typed. */
export function refusalWords({ reason, detail }: Refusal, environment: string, spell: Spell): Words {
  return REFUSALS[reason]({ environment, detail, spell })
}

/** A reason that somebody else names, if it is one. */
export function asRefusalReason(text: string): RefusalReason | undefined {
  return REASONS.find((reason) => reason === text)
}

type Facts = { environment: string; detail: Refusal['detail']; spell: Spell }

const REFUSALS: Readonly<Record<RefusalReason, (facts: Facts) => Words>> = {
  'no-hosts': ({ environment, spell }) => ({
    what: `${environment} has no hosts.`,
    why: 'Every zone of it is empty, and an empty fleet never means "everywhere".',
    next: spell('validate'),
  }),
  'no-room': ({ environment, detail, spell }) => ({
    what: `No host of ${detail.zone} may be taken out of service.`,
    why: `min_healthy asks for all ${detail.hosts} hosts there, so a rollout could never touch one.`,
    next: `lower min_healthy of ${environment} in houston.yml, then: ${spell(`plan ${environment}`)}`,
  }),
  'nothing-to-do': ({ environment, detail, spell }) => ({
    what: `Nothing to do: ${detail.hosts} hosts of ${environment} run ${detail.release} already.`,
    why: 'Hosts that run the release are left alone.',
    next: `${spell(`deploy ${environment} ${detail.release} --all`)}   (runs them again)`,
  }),
  'rollout-running': ({ environment, detail, spell }) => {
    if (detail.back !== undefined)
      return {
        what: `The rollback of ${environment} to ${detail.back} is under way already.`,
        why: 'Begun anew it would only be later.',
        next: spell(`status ${environment}`),
      }
    if (detail.waits !== undefined)
      return {
        what: `A rollout of ${environment} waits for approval.`,
        why: 'A person asked for it, and what comes by itself does not take its place.',
        next: `${spell(`status ${environment}`)}, then ${spell(`approve ${environment}`)} or ${spell(`abort ${environment}`)}`,
      }
    return {
      what: `A rollout of ${environment} has not ended.`,
      why: 'An environment has one rollout at a time. When the process that drove it was stopped, resume takes it over.',
      next: `${spell(`status ${environment}`)}, then ${spell(`resume ${environment}`)} or ${spell(`rollback ${environment}`)}`,
    }
  },
  'no-rollout': ({ environment, spell }) => ({
    what: `Nothing was rolled out to ${environment} yet.`,
    why: 'There is no rollout in this data directory that this could be about.',
    next: spell(`deploy ${environment}`),
  }),
  'not-possible-now': ({ environment, detail, spell }) => ({
    what: `${detail.ask} is not possible now.`,
    why: `The latest rollout of ${environment} stands at: ${detail.phase}.`,
    next: spell(`status ${environment}`),
  }),
  'unknown-host': ({ environment, detail, spell }) => ({
    what: `${detail.host} is not a host of this rollout.`,
    why: 'Hosts are named in full, as the plan names them.',
    next: spell(`hosts ${environment}`),
  }),
  'host-running': ({ environment, detail, spell }) => ({
    what: `${detail.host} is at work at this moment.`,
    why: 'A host can be skipped before it begins or after it failed.',
    next: `${spell(`halt ${environment}`)}, then ${spell(`skip ${environment} ${detail.host}`)}`,
  }),
  'no-good-release': ({ environment, detail, spell }) => ({
    what: `There is no release of ${environment} to go back to.`,
    why: `No other release than ${detail.release} is recorded as good on the hosts that it touched.`,
    next: `${spell(`history ${environment}`)}, then ${spell(`rollback ${environment} <release>`)} or ${spell(`deploy ${environment} <ref>`)}`,
  }),
  'unknown-release': ({ environment, detail, spell }) => ({
    what: `${detail.release} was never rolled out to ${environment}.`,
    why: 'A rollback goes to a release whose recipe and files are recorded.',
    next: spell(`history ${environment}`),
  }),
  'plan-changed': ({ environment, spell }) => ({
    what: 'The plan is not the one that was confirmed.',
    why: 'Between the question and the answer something changed: a host, a budget, or what runs where.',
    next: spell(`plan ${environment}`),
  }),
  'runner-unavailable': ({ environment, detail, spell }) => ({
    what: `The hosts of zone ${detail.zone} are reached through the runner ${detail.runner}, and runners need DATABASE_URL.`,
    why: 'The embedded store belongs to this process alone: no runner could read its work there.',
    next: `set DATABASE_URL to a Postgres server, or remove runner from the zone; then: ${spell(`plan ${environment}`)}`,
  }),
  'no-answer': ({ environment, detail, spell }) => ({
    what: `Nobody answered for ${detail.seconds} seconds.`,
    why: 'The request is kept, and whoever drives the rollout next will read it. Perhaps that process is stopped or frozen.',
    next: spell(`status ${environment}`),
  }),
  'lock-held': ({ environment, detail, spell }) => ({
    what: detail.kind === 'hold' ? `Automatic deploys to ${environment} are held.` : `${environment} is locked.`,
    why: `${lockWords(detail)} A rollback, halt, abort or skip is never stopped by a lock.`,
    next:
      detail.kind === 'hold'
        ? `${spell(`unlock ${environment}`)}, or ${spell(`deploy ${environment} <ref>`)}   (lifts it)`
        : `${spell(`lock ${environment}`)}   (waits for it), or ${spell(`unlock ${environment} --steal`)}`,
  }),
  'not-the-holder': ({ environment, detail, spell }) => ({
    what: `The lock of ${environment} is not yours.`,
    why: lockWords(detail),
    next: `${spell(`unlock ${environment} --steal`)}   (the record says who did)`,
  }),
  'not-locked': ({ environment, spell }) => ({
    what: `${environment} is not locked.`,
    why: 'Nobody holds a lock there, and no rollback left a hold.',
    next: spell(`status ${environment}`),
  }),
  'not-allowed': ({ environment, detail }) => ({
    what: `You may not do this on ${environment}.`,
    why: `It needs ${detail.needs}.`,
    next: 'ask somebody who may; environments and their deployers are in .github/houston.yml',
  }),
  'not-granted': ({ detail }) => ({
    what: `${detail.identity === undefined ? 'These hosts' : `Identity ${detail.identity}`} may not be used for ${detail.address} here.`,
    why: 'Keys are granted by the operator, per repository, environment and host.',
    next: `the operator adds to houston.server.yml: ${detail.add}`,
  }),
  'other-repository': ({ environment, detail }) => ({
    what: `${environment} of ${detail.application} belongs to ${detail.repository}.`,
    why: 'What was rolled out from one repository is not touched from another.',
    next: `ask there, or give the application another name in .github/houston.yml`,
  }),
  'no-configuration': ({ detail }) => ({
    what: `There is no .github/houston.yml on ${detail.branch}.`,
    why: 'The default branch alone says how a repository is rolled out.',
    next: 'add .github/houston.yml to it',
  }),
  'broken-configuration': ({ detail }) => ({
    what: `.github/houston.yml on ${detail.branch} cannot be used.`,
    why: `${detail.faults}`,
    next: 'mend it on the default branch; houston validate shows every fault',
  }),
  'unknown-ref': ({ environment, detail, spell }) => ({
    what: `${detail.ref} is no branch, tag or commit here.`,
    why: 'Only what this repository has can be rolled out; the beginning of a commit needs seven digits.',
    next: spell(`deploy ${environment} <branch, tag or commit>`),
  }),
  'ambiguous-ref': ({ environment, detail, spell }) => ({
    what: `${detail.ref} means several commits.`,
    why: `It is the name of a ${detail.names}.`,
    next: `${spell(`deploy ${environment} refs/tags/${detail.ref}`)}, or the commit itself`,
  }),
  'ref-changed': ({ environment, detail, spell }) =>
    detail.gone === undefined
      ? {
          what: `${detail.ref} is not what it was when you asked.`,
          why: 'It was pushed to after your words, or GitHub does not say when. What runs must be what you looked at.',
          next: `look at it again, then: ${spell(`deploy ${environment} ${detail.commit}`)}`,
        }
      : {
          what: `${detail.ref} is on no branch of this repository any more.`,
          why: 'Since it was asked for, its branch was pushed over or deleted. What waits can no longer be looked at.',
          next: `${spell(`abort ${environment}`)}, and what shall run instead: ${spell(`deploy ${environment} ${detail.commit}`)}`,
        },
  fork: ({ environment, spell }) => ({
    what: 'The pull request comes from a fork.',
    why: 'Whoever has the fork may change it at any time, so nothing of it is rolled out.',
    next: `bring the commits to a branch of this repository, then: ${spell(`deploy ${environment} <branch>`)}`,
  }),
  'unreachable-commit': ({ environment, detail, spell }) => ({
    what: `${detail.commit} is on no branch of this repository.`,
    why: 'GitHub knows the commits of every fork under this name; only those on a branch here count.',
    next: `push a branch with it, then: ${spell(`deploy ${environment} <branch>`)}`,
  }),
  'moved-release': ({ environment, detail, spell }) => ({
    what: `${detail.release} was another commit when it was rolled out.`,
    why: `It was ${detail.was} and is ${detail.is} now. A release never changes.`,
    next: `make a new tag, or: ${spell(`deploy ${environment} ${detail.is}`)}`,
  }),
  'not-a-descendant': ({ environment, detail, spell }) => ({
    what: `${detail.release} does not contain what runs on ${environment}.`,
    why: `${detail.running} runs there and would be lost.`,
    next: `${spell(`rollback ${environment}`)}, or ${spell(`deploy ${environment} ${detail.release} --backwards`)}`,
  }),
  'no-artefact': ({ environment, detail, spell }) => ({
    what:
      detail.release === undefined ? 'There are no files to roll out.' : `There are no files for ${detail.release}.`,
    why: `${detail.why}`,
    next: `mend that, then: ${spell(`deploy ${environment} ${detail.release ?? '<release>'}`)}`,
  }),
  'not-the-newest': ({ environment, spell }) => ({
    what: `This rollout is not the newest of ${environment}.`,
    why: 'Its buttons belong to what came before; another rollout has begun since.',
    next: spell(`status ${environment}`),
  }),
  'moved-on': ({ environment, detail, spell }) => ({
    what: `The rollout of ${environment} has moved on since you looked.`,
    why: `Somebody was sooner, and hosts have begun since. ${detail.ask} was about how it stood before that.`,
    next: spell(`status ${environment}`),
  }),
  'not-a-second-person': ({ environment, detail, spell }) => ({
    what:
      {
        requester: 'You asked for this rollout yourself.',
        author: 'You wrote a part of what is rolled out.',
      }[`${detail.who}`] ?? 'Only a person can approve.',
    why: `A rollout of ${environment} begins when another person has said yes to it.`,
    next: `somebody else: ${spell(`approve ${environment}`)}`,
  }),
  'unlinked-approver': ({ environment, detail, spell }) => ({
    what: `Nobody can tell whether you are ${detail.requester}, who asked for this rollout or wrote it.`,
    why: `They asked ${VIA[`${detail.via}`] ?? `as ${detail.via}`}, and you did not: the two names are not linked.`,
    next: `approve ${VIA[`${detail.via}`] ?? `as ${detail.via}`} too, or one of you signs in there and asks again: ${spell(`abort ${environment}`)}, ${spell(`deploy ${environment}`)}`,
  }),
  'requester-lost-right': ({ environment, detail, spell }) => ({
    what: `${detail.requester}, who asked for this rollout, may no longer deploy to ${environment}.`,
    why: `It needs ${detail.needs}, and that is asked again before it begins.`,
    next: `somebody who may: ${spell(`deploy ${environment} ${detail.release}`)}`,
  }),
  'no-approvers': ({ environment, detail, spell }) =>
    detail.needs === undefined
      ? {
          what: `Nobody could approve a rollout of ${environment} here.`,
          why: 'It needs the approval of another person, and this data directory belongs to one user of this machine alone.',
          next: `through a server: houston login <address>, or with a DATABASE_URL that others have too; then: ${spell(`deploy ${environment}`)}`,
        }
      : {
          what: `Nobody here can tell who may approve a rollout of ${environment}.`,
          why: `approvals.from asks for ${detail.needs}, which GitHub tells, and GitHub is not asked here.`,
          next: `${spell(`deploy ${environment}`)} through a server with GitHub, or on GitHub: /deploy ${environment}`,
        },
  'approver-lost-right': ({ environment, detail, spell }) => ({
    what: `${detail.approver}, who approved this rollout, may no longer do so.`,
    why: `It needs ${detail.needs}, and that is asked again before it begins.`,
    next: `it needs other approvals: ${spell(`deploy ${environment} ${detail.release}`)}`,
  }),
  'other-release': ({ environment, detail, spell }) => ({
    what: `${detail.release} waits for approval, not ${detail.asked}.`,
    why: 'Another rollout has taken its place, or the name is another one.',
    next: `look at it, then: ${spell(`approve ${environment} ${detail.release}`)}`,
  }),
}

const VIA: Readonly<Record<string, string>> = {
  terminal: 'at a terminal of the server’s store',
  github: 'with a GitHub account',
  slack: 'with a Slack account',
}

const REASONS = Object.keys(REFUSALS).filter((name): name is RefusalReason => name in REFUSALS)
