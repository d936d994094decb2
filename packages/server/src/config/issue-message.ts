import type { z } from 'zod'
import { nearestName } from './nearest-name.ts'

type Issue = z.core.$ZodIssue

/** The path of an issue as a setting's name. ['providers', 0, 'base_url'] -> 'providers[0].base_url' */
export function issueName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`
    const text = String(part)
    return name === '' ? text : /^[A-Za-z0-9_-]+$/.test(text) ? `${name}.${text}` : `${name}[${JSON.stringify(text)}]`
  }, '')
}

/** What was expected, in plain words and without the value that was found. */
export function issueMessage(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message
  }
}

/** What to say of a name that the schema does not have. */
export function unknownName(name: string, known: Iterable<string>): string {
  const near = nearestName(name, known)
  return near === undefined ? 'is not a setting' : `is not a setting; did you mean ${near}?`
}

const TYPES: Record<string, string> = {
  int: 'a whole number',
  number: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a map',
}
