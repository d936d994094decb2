import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { expectKind } from '../field-values.ts'

const TYPE = new NameTable(['type'])

/**
 * The types of tools that run at the client, each before its date, and cost nothing beside their tokens. Every other
 * type runs at the provider, which reads the results as further input: web_search_* and advisor_* have prices of their
 * own besides.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference (read 2026-11-29)
 */
const CLIENT_TOOL = /^(?:custom|(?:bash|text_editor|computer|browser|browser_toolset|memory)_\d{8})$/

/**
 * Steps over the array `tools`.
 * @returns how many there are, and whether one of them runs at the provider
 */
export function readTools(reader: JsonReader): { tools: number; served: boolean } {
  let tools = 0
  let served = false
  if (expectKind(reader, 'tools', ['array', 'null'], 'an array').kind() === 'null') {
    reader.skip()
    return { tools, served }
  }
  reader.openArray()
  while (reader.nextElement()) {
    tools++
    if (reader.kind() === 'object') {
      if (runsAtProvider(reader)) served = true
    } else {
      served = true
      reader.skip()
    }
  }
  return { tools, served }
}

/** A tool without a type is the client's own, as is one of type `custom`. */
function runsAtProvider(reader: JsonReader): boolean {
  let types = 0
  let served = false
  reader.openObject()
  while (reader.nextMember()) {
    if (reader.name(TYPE) === undefined) {
      reader.skip()
      continue
    }
    types++
    if (reader.kind() === 'string') {
      const type = reader.string()
      if (!CLIENT_TOOL.test(type)) served = true
    } else {
      if (reader.kind() !== 'null') served = true
      reader.skip()
    }
  }
  return served || types > 1
}
