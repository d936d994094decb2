import { z } from 'zod'
import { configSchema } from './schema.ts'

type Schema = z.core.$ZodType

/** One setting: a place in the configuration that takes a value as a whole. */
export type Setting = {
  /** 'oauth.require_s256' */
  name: string
  path: readonly string[]
  /** 'KEYWAY_OAUTH__REQUIRE_S256' */
  variable: string
  schema: Schema
  /** How its text in the environment is read. */
  kind: 'text' | 'number' | 'boolean' | 'list' | 'json'
  description: string
}

/** Every setting that the schema knows, in its order. Lists and maps are one setting each. */
export const SETTINGS: readonly Setting[] = collect(configSchema, [])

const BY_NAME = new Map(SETTINGS.map((setting) => [setting.name, setting]))

/** @returns the setting of that name ('limits.body_bytes'), or undefined */
export function findSetting(name: string): Setting | undefined {
  return BY_NAME.get(name)
}

/** The names that may stand at a path of the file. ['tls'] -> ['cert', 'key']; empty where any name, or none, may. */
export function namesAt(path: readonly PropertyKey[]): string[] {
  const schema = path.reduce<Schema | undefined>(
    (outer, part) => (outer ? memberOf(unwrap(outer), part) : undefined),
    configSchema,
  )
  const bare = schema === undefined ? undefined : unwrap(schema)
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : []
}

function memberOf(schema: Schema, part: PropertyKey): Schema | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(part)]
  if (schema instanceof z.ZodArray) return schema.element
  return schema instanceof z.ZodRecord ? schema.valueType : undefined
}

function collect(schema: Schema, path: readonly string[]): Setting[] {
  const bare = unwrap(schema)
  if (bare instanceof z.ZodObject) {
    return Object.entries<Schema>(bare.shape).flatMap(([name, member]) => collect(member, [...path, name]))
  }
  // One underscore after CONNECT: the name that the guides promise.
  const between = path[0] === 'connect' ? '_' : '__'
  const variable = `KEYWAY_${path.join(between).toUpperCase()}`
  return [{ name: path.join('.'), path, variable, schema, kind: kindOf(bare), description: describe(schema) }]
}

/** Takes off what only adds a default, permits absence or transforms. */
function unwrap(schema: Schema): Schema {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.unwrap())
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema
}

function kindOf(schema: Schema): Setting['kind'] {
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'boolean'
  if (schema instanceof z.ZodRecord) return 'json'
  if (schema instanceof z.ZodArray) return unwrap(schema.element) instanceof z.ZodString ? 'list' : 'json'
  return 'text'
}

function describe(schema: Schema): string {
  return schema instanceof z.ZodType ? (schema.description ?? '') : ''
}
