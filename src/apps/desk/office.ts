// What a desk tells a door that the operator opened, whoever asks there. No person's right is asked: the door says what it shows.

import type { Person } from '../../core/intent.ts'
import type { SeenPlace } from '../../engine/ports-desk.ts'

export type Office = {
  /** What an application has. */
  placesOf(application: string): Promise<readonly SeenPlace[]>
  /** The person behind a login that the operator wrote down; `undefined`: there is no such account. */
  accountOf(login: string): Promise<Person | undefined>
  /** What a pull request brought, or would bring; `undefined`: there is no such one. */
  commitOfPull(application: string, number: number): Promise<string | undefined>
}
