// What is waited for, and what is not.

import { expect, it } from 'vitest'
import { persist } from '../../../src/apps/server/persist.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }

function named(name: string, more: object = {}): Error {
  return Object.assign(new Error('no'), { name }, more)
}

it.each([
  named('StoreUnreachable'),
  named('Error', { code: 'ECONNREFUSED' }),
  named('error', { code: '57P03' }),
  named('error', { code: '53300' }),
  named('StoreInUse', { holder: { pid: 1 } }),
])('%s %o is tried again until it works', async (error) => {
  let calls = 0
  const attempt = async () => {
    calls += 1
    if (calls === 1) throw error
    return 'there'
  }
  expect(await persist({ log, signal: new AbortController().signal, pausesMs: [0] }, attempt)).toBe('there')
})

it.each([
  named('BadDatabaseUrl'),
  named('StoreTooNew'),
  named('error', { code: '42501' }),
  named('StoreInUse', { holder: { pid: 1, control: '/a.sock' } }),
  new TypeError('a bug'),
])('%s is thrown at once', async (error) => {
  const attempt = () => Promise.reject(error)
  await expect(persist({ log, signal: new AbortController().signal, pausesMs: [0] }, attempt)).rejects.toBe(error)
})

it('is ended by a signal in the middle of a pause', async () => {
  const stop = new AbortController()
  const attempt = () => Promise.reject(named('StoreUnreachable'))
  const warn = () => stop.abort()
  expect(await persist({ log: { ...log, warn }, signal: stop.signal, pausesMs: [3_600_000] }, attempt)).toBeUndefined()
})
