// The runner's schedule for a cancelled job: SIGINT, 7.5 s later SIGTERM, 2.5 s later the end.

import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openInterruption } from '../../action/src/interruption.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open() {
  const signals = new EventEmitter()
  return { signals, interruption: openInterruption(signals) }
}

it('has used its time, and some is left for the last words, when the runner kills', () => {
  const { signals, interruption } = open()
  signals.emit('SIGINT')
  expect(interruption.asked.aborted).toBe(true)
  vi.advanceTimersByTime(7_500)
  expect(interruption.over.aborted).toBe(false)
  signals.emit('SIGTERM')
  vi.advanceTimersByTime(1_500)
  expect(interruption.over.aborted).toBe(true)
})

it('makes haste when the runner begins with SIGTERM', () => {
  const { signals, interruption } = open()
  signals.emit('SIGTERM')
  expect(interruption.asked.aborted).toBe(true)
  vi.advanceTimersByTime(1_500)
  expect(interruption.over.aborted).toBe(true)
})

it('wins no time by a second SIGINT, and hears nothing once closed', () => {
  const { signals, interruption } = open()
  signals.emit('SIGINT')
  vi.advanceTimersByTime(8_000)
  signals.emit('SIGINT')
  vi.advanceTimersByTime(1_000)
  expect(interruption.over.aborted).toBe(true)
  interruption.close()
  expect(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')).toBe(0)
})
