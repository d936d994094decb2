import { expect, test } from 'vitest'
import { sampleOf } from './json-sample.ts'

test('every property is given, in its order, with a value of its type', () => {
  const schema = {
    type: 'object',
    properties: {
      city: { type: 'string' },
      days: { type: 'integer', minimum: 3 },
      warm: { type: 'boolean' },
      unit: { enum: ['C', 'F'] },
      stops: { type: 'array', items: { type: 'string' }, minItems: 2 },
      note: { type: ['string', 'null'] },
      kind: { const: 'trip' },
    },
  }
  expect(sampleOf(schema)).toEqual({
    city: 'simulated city',
    days: 3,
    warm: true,
    unit: 'C',
    stops: ['simulated stops', 'simulated stops'],
    note: 'simulated note',
    kind: 'trip',
  })
})

test('local references and alternatives are followed', () => {
  const schema = {
    type: 'object',
    properties: { home: { $ref: '#/$defs/place' }, size: { anyOf: [{ type: 'number' }, { type: 'null' }] } },
    $defs: { place: { type: 'object', properties: { name: { type: 'string', maxLength: 4 } } } },
  }
  expect(sampleOf(schema)).toEqual({ home: { name: 'simu' }, size: 1 })
})

test('a schema that refers to itself comes to an end', () => {
  const sample = sampleOf({ type: 'object', properties: { next: { $ref: '#' } } })
  expect(JSON.stringify(sample).length).toBeLessThan(200)
})

test('an empty schema accepts the string it gets', () => {
  expect(sampleOf({})).toBe('simulated value')
})
