// Follows all environments of a server by their stream: at first every one, then those that changed.

import { environmentRows } from '../../../web/api/schema/place.ts'
import type { EnvironmentRow } from '../../../web/view/environment-row.ts'
import { followStream } from './follow-stream.ts'
import type { ServerPlace } from './server-place.ts'

export async function* watchEnvironments(place: ServerPlace, signal: AbortSignal): AsyncGenerator<EnvironmentRow[]> {
  yield* followStream({ place, path: '/v1/environments/events', signal }, ({ data }) => {
    return environmentRows.safeParse(JSON.parse(data)).data?.environments
  })
}
