// Times in words, as every page writes them. They are told in UTC: pages are read in several places at once.

import { duration } from '../../core/phrases.ts'
import { html, type View } from './html.ts'

export function ago(at: number, now: number): string {
  return now - at < 2_000 ? 'just now' : `${duration(now - at)} ago`
}

/** `2026-11-12 09:00 UTC`. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `09:00:12`. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** An age, with the moment itself for whoever points at it. */
export function age(at: number, now: number): View {
  return html`<time datetime=${new Date(at).toISOString()} title=${moment(at)}>${ago(at, now)}</time>`
}
