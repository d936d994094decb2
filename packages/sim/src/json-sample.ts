import { elementsOf, isObject, type Json, type JsonObject } from './json.ts'

/** How deep a sample goes into a schema that refers to itself. */
const DEPTH_MAX = 8

/**
 * A value that a simple JSON Schema accepts: types, enum, const, properties, required items, bounds, anyOf and local $ref.
 * Every property is given, as OpenAI's strict mode asks.
 * @example sampleOf({ type: 'object', properties: { city: { type: 'string' } } }) // { city: 'simulated city' }
 */
export function sampleOf(schema: JsonObject): Json {
  return sample(schema, { root: schema, name: 'value', depth: 0 })
}

type Place = { root: JsonObject; name: string; depth: number }

function sample(schema: Json | undefined, place: Place): Json {
  if (!isObject(schema) || place.depth > DEPTH_MAX) return null
  if (schema['const'] !== undefined) return schema['const']
  const first = elementsOf(schema['enum'])[0]
  if (first !== undefined) return first
  const deeper = { ...place, depth: place.depth + 1 }
  if (typeof schema['$ref'] === 'string') return sample(resolveReference(place.root, schema['$ref']), deeper)
  const alternative = elementsOf(schema['anyOf'])[0] ?? elementsOf(schema['oneOf'])[0]
  if (alternative !== undefined) return sample(alternative, deeper)
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type']]
  switch (types.find((type) => type !== 'null') ?? (isObject(schema['properties']) ? 'object' : types[0])) {
    case 'object':
      return sampleObject(schema, deeper)
    case 'array':
      return sampleArray(schema, deeper)
    case 'integer':
      return Math.ceil(sampleNumber(schema))
    case 'number':
      return sampleNumber(schema)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return sampleString(schema, place.name)
  }
}

function sampleObject(schema: JsonObject, place: Place): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const object: JsonObject = {}
  for (const [name, property] of Object.entries(properties)) object[name] = sample(property, { ...place, name })
  return object
}

function sampleArray(schema: JsonObject, place: Place): Json[] {
  const least = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1
  return Array.from({ length: least }, () => sample(schema['items'], place))
}

function sampleNumber(schema: JsonObject): number {
  const { minimum, exclusiveMinimum, maximum } = schema
  if (typeof minimum === 'number') return minimum
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  return typeof maximum === 'number' ? Math.min(1, maximum) : 1
}

function sampleString(schema: JsonObject, name: string): string {
  if (schema['format'] === 'date-time') return '2026-01-01T00:00:00Z'
  if (schema['format'] === 'date') return '2026-01-01'
  if (schema['format'] === 'email') return 'simulated@example.com'
  const text = `simulated ${name}`
  const least = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0
  const most = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Number.POSITIVE_INFINITY
  return text.padEnd(least, '.').slice(0, most)
}

function resolveReference(root: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined
  let value: Json | undefined = root
  for (const name of reference.slice(1).split('/').filter(Boolean)) {
    value = isObject(value) ? value[name.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return value
}
