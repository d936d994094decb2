/** Any JSON value. An `undefined` member is one that JSON.stringify leaves out. */
export type Json = null | boolean | number | string | Json[] | JsonObject

/** A JSON object. */
export type JsonObject = { [name: string]: Json | undefined }

/** Is it an object (and no array)? */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses JSON text; undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The JSON text of a value, as UTF-8 bytes. */
export function jsonBytes(value: Json): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** An array's elements; none for anything else. */
export function elementsOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
