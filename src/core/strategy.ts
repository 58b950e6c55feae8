// A strategy: how a team wants a rollout to go over its fleet. The planner turns its shares into counts.

/** A number of hosts, or a share of them. Which total the share is of, and how it is rounded, stands where it is used. */
export type Amount = { kind: 'count'; count: number } | { kind: 'percent'; percent: number }

/** What happens when a stage is complete. `wait`: a person says `continue`. */
export type After = { kind: 'continue' } | { kind: 'bake'; ms: number } | { kind: 'wait' }

/** Amounts per domain. Absent means: no budget of its own there. */
export type FailureBudgets = { fleet?: Amount; zone?: Amount; stage?: Amount }

export type Strategy = {
  order: 'striped' | 'zone-by-zone'
  /** Hosts in service that go first, as a stage of their own in which no failure is tolerated. */
  canary?: { hosts: Amount; after: After }
  /** How many hosts are in flight, a share of the stage, rounded up. A list ramps up; its last entry stays. */
  batch: readonly Amount[]
  /** true: a batch must end before the next begins. false: the next host starts as soon as one finishes. */
  barrier: boolean
  /** Out of service at most, per zone, a share of the zone, rounded down but at least 1. */
  maxUnavailable: Amount
  /** In service at least, per zone, a share of the zone, rounded up. */
  minHealthy?: Amount
  /** Failures tolerated; one more halts the rollout. Shares are of the planned hosts there, rounded down. */
  maxFailures: FailureBudgets
  betweenZones: After
  /** After the first zone, when it should differ: the first zone may bake longer. */
  afterFirstZone?: After
}
