// The first drawing over what the server sent: what a person opened, typed and stands on by then stays. Later drawings change only
// what changed, and need none of this.

const TOUCHED = 'summary, input:not([type=hidden]), select, button'

/** `draw` makes the elements anew, or strips them of what the server did not send. */
export function takeOver(place: HTMLElement, draw: () => void): void {
  const open = place.querySelector<HTMLDetailsElement>('details.act[open]')
  const verb = open && verbOf(open)
  const touched = open ? partsOf(open) : []
  const values = touched.map((part) => (isField(part) ? part.value : ''))
  const focus = document.activeElement instanceof HTMLElement ? touched.indexOf(document.activeElement) : -1
  draw()
  const same = [...place.querySelectorAll<HTMLDetailsElement>('details.act')].find((each) => verbOf(each) === verb)
  if (!open || !same) return
  same.open = true
  const parts = partsOf(same)
  for (const [index, part] of parts.entries()) if (isField(part)) part.value = values[index] ?? ''
  parts[focus]?.focus()
}

function partsOf(details: HTMLDetailsElement): HTMLElement[] {
  return [...details.querySelectorAll<HTMLElement>(TOUCHED)]
}

function isField(part: HTMLElement): part is HTMLInputElement | HTMLSelectElement {
  return part instanceof HTMLInputElement || part instanceof HTMLSelectElement
}

/** Which act it is: buttons may have changed, and nobody must find another one open. */
function verbOf(details: HTMLDetailsElement): string | undefined {
  return details.querySelector<HTMLInputElement>('input[name=verb]')?.value
}
