// Keeps the number of time series bounded: the first places that are seen keep their names, every later one is "other". It never
// takes a host's or a person's name.

/** Each place is a series in about a dozen metrics. */
const MOST_PLACES = 200

export type PlaceLabels = { application: string; environment: string }

const OTHER: PlaceLabels = { application: 'other', environment: 'other' }

/** Any repository may write any name into its file, so names are not bounded by themselves. */
export function createPlaceLabels(most = MOST_PLACES): (place: PlaceLabels) => PlaceLabels {
  const known = new Set<string>()
  return ({ application, environment }) => {
    const name = JSON.stringify([application, environment])
    if (!known.has(name) && known.size >= most) return OTHER
    known.add(name)
    return { application, environment }
  }
}
