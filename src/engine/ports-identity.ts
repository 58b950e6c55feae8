// Who people are at the web doors, as it must be kept: sign-ins under way, sessions, API tokens, terminals that ask for one, linked
// accounts. Of everything that proves an identity only a SHA-256 digest arrives here; times are the store's, in ms since 1970.

import type { Scope } from '../core/scope.ts'

/** An account at GitHub. `id` is its number; the login is only shown. */
export type Account = { id: string; login: string }

/** A person of Slack: ids of the workspace and of the member in it; the name is only shown. */
export type SlackAccount = { team: string; user: string; name: string }

/** A sign-in between leaving for GitHub and coming back. */
export type SignIn = {
  /** PKCE's (RFC 7636, 4.1); worth nothing without the App's own secret. */
  verifier: string
  /** A path of this server. */
  returnTo: string
}

export type Session = { id: string; account: Account; createdAt: number; seenAt: number }

/** `id` names it in lists and revocations and proves nothing. */
export type Token = {
  id: string
  name: string
  owner: Account
  scopes: readonly Scope[]
  createdAt: number
  expiresAt?: number
  /** To the minute. */
  usedAt?: number
}

export type NewToken = Pick<Token, 'id' | 'name' | 'owner' | 'scopes'> & { hash: string; forMs?: number }

/** A terminal that asks to act as somebody, until a person answers it (RFC 8628). */
export type TerminalAsk = {
  /** What the machine calls itself: anybody's text. */
  machine: string
  /** Whose connection it was. */
  address: string
  scopes: readonly Scope[]
  askedAt: number
}

/** `deviceHash`: of what the terminal alone knows. `userHash`: of the code that a person types. `everyMs`: between two polls. */
export type NewTerminalAsk = Omit<TerminalAsk, 'askedAt'> & {
  deviceHash: string
  userHash: string
  forMs: number
  everyMs: number
}

/** What a terminal hears. `too-soon`: it waits 5 s longer from now on. `over`: nobody answered in time. */
export type TerminalAnswer =
  | { kind: 'pending' | 'too-soon' | 'denied' | 'over' | 'unknown' }
  | { kind: 'allowed'; by: Account; ask: TerminalAsk }

export interface IdentityStore {
  keepSignIn(signIn: SignIn & { hash: string; forMs: number }): Promise<void>
  /** Once; `undefined` for what is unknown, was taken or is too old. */
  takeSignIn(hash: string): Promise<SignIn | undefined>

  openSession(session: { id: string; hash: string; account: Account }): Promise<void>
  /** `undefined` when it was ended, was not seen for `idleMs`, or is older than `longestMs`. That it was seen is noted. */
  session(hash: string, limits: { idleMs: number; longestMs: number }): Promise<Session | undefined>
  endSession(hash: string): Promise<void>
  /** All of one person's. */
  endSessions(accountId: string): Promise<void>

  createToken(token: NewToken): Promise<Token>
  /** `undefined` when it is unknown, revoked or past its time. That it was used is noted. */
  useToken(hash: string): Promise<Token | undefined>
  /** One person's, the newest first, without those that are past their time. */
  tokens(accountId: string): Promise<Token[]>
  /** false: this person has no such token. */
  revokeToken(accountId: string, id: string): Promise<boolean>
  /** By what proves it: whoever has it may end it. */
  endToken(hash: string): Promise<void>

  /** false: the user code is another terminal's. */
  askForTerminal(ask: NewTerminalAsk): Promise<boolean>
  /** `undefined`: there is no such ask, it is too old, or it was answered. */
  terminalAsk(userHash: string): Promise<TerminalAsk | undefined>
  /** Once. `undefined`: as above. */
  answerTerminal(userHash: string, answer: Account | 'denied'): Promise<TerminalAsk | undefined>
  /** `allowed` and `denied` are heard once. */
  pollTerminal(deviceHash: string): Promise<TerminalAnswer>

  /** A link that is offered to this person of Slack, and to nobody else. */
  offerLink(offer: { hash: string; slack: SlackAccount; forMs: number }): Promise<void>
  offeredLink(hash: string): Promise<SlackAccount | undefined>
  /** Takes the offer, once, and links; an earlier link of this person of Slack ends. `undefined`: the offer is gone. */
  acceptLink(hash: string, account: Account): Promise<SlackAccount | undefined>
  linkedTo(slack: Pick<SlackAccount, 'team' | 'user'>): Promise<Account | undefined>
  /** false: there was no such link. */
  unlink(slack: Pick<SlackAccount, 'team' | 'user'>): Promise<boolean>
  /** Of one account of GitHub. */
  links(accountId: string): Promise<SlackAccount[]>
}

/** Where people sign in, as OAuth 2.0 with PKCE has it. */
export interface AccountProvider {
  /** Where a browser is sent. `back`: where it comes back to, with `state` and a code. */
  authorizeUrl(ask: { state: string; challenge: string; back: string }): string
  /** Whose code it is. `undefined`: the code is worth nothing. Rejects when the provider cannot be asked. */
  accountOf(brought: { code: string; verifier: string; back: string }): Promise<Account | undefined>
}

/** A run of a workflow, as the forge itself attests it. */
export type Workflow = {
  /** The repository's number: a name can be given up and taken by somebody else. */
  repositoryId: string
  repository: string
  /** Who set it off first. */
  actor: Account
  /** Whether that is who set this off: a job that was run again names only who did so first, and a machine is nobody. */
  byActor: boolean
  runId: string
  /** Absent: the job names none, so nothing protects what it may deploy. */
  environment?: string
}

export interface WorkflowProof {
  /** `undefined`: this proves nothing. Rejects when the forge's keys cannot be had. */
  workflowOf(jwt: string): Promise<Workflow | undefined>
}
