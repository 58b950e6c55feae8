// Reads variables one by one and keeps every fault, so that all of them are told at once. An empty variable is an unset one.

import { Secret } from '../../core/secret.ts'
import { parsePairs } from './pairs.ts'
import type { Variables } from './settings.ts'

export type VariableReader = {
  faults: readonly string[]
  text(name: string): string
  /** `parse` throws what is wrong, to be read after the variable's name. */
  parsed<Value>(name: string, parse: (text: string) => Value): Value | undefined
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined
  /** A whole number above zero. */
  count(name: string): number | undefined
  secrets(name: string): ReadonlyMap<string, Secret>
}

export function createVariableReader(variables: Variables): VariableReader {
  const faults: string[] = []
  const text = (name: string) => variables[name]?.trim() ?? ''
  const parsed = <Value>(name: string, parse: (text: string) => Value) => {
    if (text(name) === '') return undefined
    try {
      return parse(text(name))
    } catch (error) {
      faults.push(`${name} ${error instanceof Error ? error.message : error}`)
      return undefined
    }
  }
  return {
    faults,
    text,
    parsed,
    oneOf: (name, words) =>
      parsed(name, (said) => {
        const word = words.find((each) => each === said.toLowerCase())
        if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`)
        return word
      }),
    count: (name) =>
      parsed(name, (said) => {
        if (!/^[1-9]\d{0,8}$/.test(said)) throw new Error('must be a whole number above 0')
        return Number(said)
      }),
    secrets(name) {
      const pairs = parsed(name, parsePairs) ?? new Map<string, string>()
      return new Map([...pairs].map(([header, value]) => [header, new Secret(value)]))
    },
  }
}
